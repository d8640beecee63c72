import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deleteAttachment } from '../../../server/features/attachments/commands/deleteAttachment.js';
import { rows } from '../../support/ticketWorld.js';
import { startS3 } from '../../support/s3Server.js';
import { aFileWorld, HOURS, put, refusedWith, someBytes, type FileWorld } from './fileWorld.js';

let s3: Awaited<ReturnType<typeof startS3>>;
let world: FileWorld;
let ticket: { id: string };
beforeAll(async () => {
  s3 = await startS3();
  world = await aFileWorld('sqlite', {}, s3.place);
  ticket = await world.ticket();
});
afterAll(async () => {
  await world.close();
  await s3.release();
});

async function inBucket(): Promise<string[]> {
  const ids: string[] = [];
  for await (const files of world.deps.files.store.list()) ids.push(...files.map(({ id }) => id));
  return ids.toSorted();
}
const known = async () =>
  (await rows<{ id: string }>(world, 'SELECT id FROM stored_files ORDER BY id')).map(({ id }) => id);

it('attachments in a bucket come back whole and in part, and their bytes lie there once', async () => {
  const bytes = someBytes(400_000);
  const [one, two] = [await world.attach(world.ann, ticket, bytes), await world.attach(world.bob, ticket, bytes)];

  expect((await world.download(world.customer, one.id)).body.equals(bytes)).toBe(true);
  const part = await world.download(world.customer, two.id, { range: 'bytes=1000-1999' });
  expect([part.status, part.body.equals(bytes.subarray(1_000, 2_000))]).toEqual([206, true]);
  expect(await inBucket()).toHaveLength(1);
});

it('what breaks off or is refused leaves nothing in the bucket after a sweep', async () => {
  const bytes = someBytes(300_000);
  const wrong = Buffer.from(bytes);
  wrong[0]! ^= 1;
  const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
  const { port } = new URL(world.http);
  for (const part of [0.1, 0.5, 0.9]) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`PUT ${uploadUrl} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    await new Promise<void>((sent) => socket.write(bytes.subarray(0, bytes.length * part), () => sent()));
    socket.resetAndDestroy();
  }
  expect(refusedWith(await put(world.http + uploadUrl, wrong))).toEqual([400, 'BAD_INPUT']);
  const { id } = await world.attach(world.ann, ticket, someBytes(10));
  await deleteAttachment(world.deps, world.ann, { attachmentId: id });

  await vi.waitFor(
    async () => {
      await world.sweep(2 * HOURS);
      expect(await inBucket()).toEqual(await known());
    },
    { timeout: 20_000 },
  );
  expect(await rows(world, "SELECT id FROM attachments WHERE state = 'PENDING'")).toEqual([]);
});

it('a service that is away takes nothing, and is told as such', async () => {
  const away = await aFileWorld(
    'sqlite',
    {},
    {
      bucket: 'none',
      endpoint: 'http://127.0.0.1:1',
      region: 'x',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
  );
  const { uploadUrl } = await away.announce(away.ann, await away.ticket(), Buffer.from('x'));

  expect(refusedWith(await put(away.http + uploadUrl, Buffer.from('x')))).toEqual([503, 'UNAVAILABLE']);
  await away.close();
});
