import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../contract/limits.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { logout } from '../../../server/features/auth/commands/logout.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { anAgent, join, signIn } from '../../support/people.js';
import { rows } from '../../support/ticketWorld.js';
import { aFileWorld, ask, filesIn, HOURS, put, refusedWith, someBytes, type FileWorld } from './fileWorld.js';

let world: FileWorld;
let ticket: { id: string };
beforeAll(async () => {
  world = await aFileWorld('sqlite', { idleMs: 300, uploadMs: 2_000 });
  ticket = await world.ticket();
});
afterAll(() => world.close());

const states = () =>
  rows<{ state: string; count: number }>(world, 'SELECT state, count(*) AS count FROM attachments GROUP BY state');
const emptied = () => vi.waitFor(async () => expect(await filesIn(world.folder)).toEqual([]), { timeout: 15_000 });

/** Everything that was announced is forgotten, and nothing lies anywhere. */
async function nothingIsLeft(): Promise<void> {
  await world.sweep(2 * HOURS);
  await emptied();
  expect(await states()).toEqual([]);
  expect(await rows(world, 'SELECT * FROM stored_files')).toEqual([]);
  expect(await rows(world, 'SELECT bytes FROM project_storage WHERE bytes <> 0')).toEqual([]);
}

/** A PUT by hand, of which the test writes the body. */
async function beginPut(path: string, headers: Record<string, string | number>) {
  const { hostname, port, host } = new URL(world.http);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (text) => (answer += text.toString()));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return { socket, closed, status: () => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0) };
}

describe('an upload', () => {
  it('that breaks off at 1 to 99 % leaves nothing', async () => {
    const bytes = someBytes(300_000);
    for (let percent = 1; percent < 100; percent++) {
      const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
      const { socket, closed } = await beginPut(uploadUrl, { 'content-length': bytes.length });
      await new Promise<void>((sent) => socket.write(bytes.subarray(0, (bytes.length * percent) / 100), () => sent()));
      if (percent % 2 === 0) await sleep(5);
      socket.resetAndDestroy();
      await closed;
    }

    await emptied();
    expect(await states()).toEqual([{ state: 'PENDING', count: 99 }]);
    await nothingIsLeft();
  });

  it('that lacks its last byte is not there, and with it is', async () => {
    const bytes = someBytes(100_000);
    const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
    const { socket, status, closed } = await beginPut(uploadUrl, { 'content-length': bytes.length });
    socket.write(bytes.subarray(0, -1));
    await sleep(100);
    expect(await states()).toEqual([{ state: 'PENDING', count: 1 }]);

    socket.write(bytes.subarray(-1));
    await vi.waitFor(() => expect(status()).toBe(201), { timeout: 10_000 });
    socket.destroy();
    await closed;
    expect(await states()).toEqual([{ state: 'READY', count: 1 }]);
    await rows(world, "UPDATE attachments SET file_key = NULL, state = 'PENDING', content_type = NULL");
    await rows(world, 'UPDATE stored_files SET released_at = updated_at');
    await nothingIsLeft();
  });

  it('may hold 25 MiB exactly, and not one byte more', async () => {
    const most = Buffer.alloc(limits.attachmentBytes, 'most ');
    const { attachment, uploadUrl } = await world.announce(world.ann, ticket, most);
    const before = process.memoryUsage().arrayBuffers;

    await expect((async () => world.announce(world.ann, ticket, Buffer.alloc(most.length + 1)))()).rejects.toThrow(
      'Too big',
    );
    const more = await put(world.http + uploadUrl, Buffer.alloc(most.length + 1));
    expect(refusedWith(more)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const { socket, status } = await beginPut(uploadUrl, { 'content-length': most.length + 1 });
    await vi.waitFor(() => expect(status()).toBe(413), { timeout: 10_000 });
    socket.destroy();
    expect((await put(world.http + uploadUrl, most)).status).toBe(201);
    const got = await world.download(world.ann, attachment.id);

    expect(got.body.equals(most)).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * most.length);
  });

  it.each([
    ['one byte less', (bytes: Buffer) => bytes.subarray(1)],
    ['one byte more', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
    ['nothing', () => Buffer.alloc(0)],
  ])('of another size is refused: %s', async (_what, other) => {
    const bytes = someBytes(5_000);
    const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
    const files = await filesIn(world.folder);

    expect(refusedWith(await put(world.http + uploadUrl, other(bytes)))).toEqual([400, 'BAD_INPUT']);
    expect(await filesIn(world.folder)).toEqual(files);
    expect((await put(world.http + uploadUrl, bytes)).status).toBe(201);
  });

  it.each([1, 65_536, 65_537, 1_000_000])(
    'of %i other bytes is refused by its hash, and the right ones are taken',
    async (size) => {
      const bytes = someBytes(size);
      const wrong = Buffer.from(bytes);
      wrong[size - 1]! ^= 1;
      const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
      const files = await filesIn(world.folder);

      expect(refusedWith(await put(world.http + uploadUrl, wrong))).toEqual([400, 'BAD_INPUT']);
      expect(await filesIn(world.folder)).toEqual(files);
      expect((await put(world.http + uploadUrl, bytes)).status).toBe(201);
    },
  );

  it('says how long it is, is plain, and comes by PUT', async () => {
    const bytes = someBytes(100);
    const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
    const send = (headers: object, method = 'PUT') => ask(world.http + uploadUrl, { method, headers, body: [bytes] });

    expect(refusedWith(await send({ 'transfer-encoding': 'chunked' }))).toEqual([411, 'BAD_INPUT']);
    expect(refusedWith(await send({ 'content-length': 100, 'content-encoding': 'gzip' }))).toEqual([415, 'BAD_INPUT']);
    expect(refusedWith(await send({ 'content-length': 100 }, 'POST'))).toEqual([405, 'BAD_INPUT']);
    expect(refusedWith(await send({ 'content-length': 100, origin: 'https://evil.example' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect((await send({ 'content-length': 100, origin: 'https://board.example.com' })).status).toBe(201);
  });

  it('that pauses is ended, and so is one that takes too long in all', async () => {
    const bytes = someBytes(1_000);
    const files = await filesIn(world.folder);
    const pausing = await world.announce(world.ann, ticket, bytes);
    const paused = await beginPut(pausing.uploadUrl, { 'content-length': bytes.length });
    paused.socket.write(bytes.subarray(0, 500));
    const dripping = await world.announce(world.ann, ticket, bytes);
    const dripped = await beginPut(dripping.uploadUrl, { 'content-length': bytes.length });
    let at = 0;
    const drip = setInterval(() => dripped.socket.write(bytes.subarray(at, ++at)), 50);

    await vi.waitFor(() => expect(paused.status()).toBe(408), { timeout: 5_000 });
    expect(dripped.status()).toBe(0);
    await vi.waitFor(() => expect(dripped.status()).toBe(408), { timeout: 5_000 });
    clearInterval(drip);
    await Promise.all([paused.closed, dripped.closed]);
    expect(await filesIn(world.folder)).toEqual(files);
  });

  it('of the same bytes by twenty at once is kept once, and stays while one of them has it', async () => {
    const bytes = someBytes(50_000);
    const before = (await filesIn(world.folder)).length;
    const sent = await Promise.all(Array.from({ length: 20 }, () => world.attach(world.ann, ticket, bytes)));

    expect((await filesIn(world.folder)).length).toBe(before + 1);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(20);
    const got = await Promise.all(sent.slice(0, 3).map(({ id }) => world.download(world.bob, id)));
    expect(got.every(({ body }) => body.equals(bytes))).toBe(true);
  });
});

describe('an address to send to, after access was lost,', () => {
  const bytes = someBytes(100);
  const colleague = async () => {
    const person = await anAgent(world);
    await join(world, world.project, person, 'MEMBER');
    return { person, ...(await signIn(world, person)) };
  };
  type Colleague = Awaited<ReturnType<typeof colleague>>;

  it.each<[string, (one: Colleague) => Promise<unknown>]>([
    [
      'by leaving the project',
      ({ person: { userId } }) => removeMember(world.deps, world.admin, { projectId: world.project.id, userId }),
    ],
    ['by deactivation', ({ person: { userId } }) => deactivateUser(world.deps, world.admin, { userId })],
    ['by signing out', ({ actor }) => logout(world.deps, actor, {})],
  ])('leads nowhere: %s', async (_how, lose) => {
    const one = await colleague();
    const { uploadUrl } = await world.announce(one.actor, ticket, bytes);
    await lose(one);

    expect(refusedWith(await put(world.http + uploadUrl, bytes))).toEqual([404, 'NOT_FOUND']);
  });

  it('leads nowhere also when it was lost on the way', async () => {
    const one = await colleague();
    const before = await filesIn(world.folder);
    const { uploadUrl } = await world.announce(one.actor, ticket, bytes);
    const { socket, status, closed } = await beginPut(uploadUrl, { 'content-length': bytes.length });
    socket.write(bytes.subarray(0, 50));
    await sleep(50);
    await removeMember(world.deps, world.admin, { projectId: world.project.id, userId: one.person.userId });
    socket.write(bytes.subarray(50));

    await closed;
    expect(status()).toBe(404);
    expect(await filesIn(world.folder)).toEqual(before);
  });
});
