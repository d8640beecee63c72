import { request } from 'node:http';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAttachment } from '../../../server/features/attachments/attachments.queries.js';
import { deleteAttachment } from '../../../server/features/attachments/commands/deleteAttachment.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { anAgent, join as joinProject } from '../../support/people.js';
import { rows } from '../../support/ticketWorld.js';
import { aFileWorld, ask, refusedWith, someBytes, type Answer, type FileWorld } from './fileWorld.js';

const SIZE = 1_000;
const bytes = someBytes(SIZE);
let world: FileWorld;
let ticket: { id: string };
let attachmentId: string;
let sha256: string;
beforeAll(async () => {
  world = await aFileWorld('sqlite');
  ticket = await world.ticket();
  ({ id: attachmentId, sha256 } = await world.attach(world.customer, ticket, bytes));
});
afterAll(() => world.close());

const urlOf = async (actor = world.ann) =>
  world.http + (await getAttachment(world.deps, actor, attachmentId)).downloadUrl;
const fetchPart = async (range: string, more: object = {}): Promise<Answer> =>
  ask(await urlOf(), { headers: { range, ...more } });

describe('a download', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-499', 0, 499],
    ['bytes=500-', 500, 999],
    ['bytes=999-', 999, 999],
    ['bytes=-1', 999, 999],
    ['bytes=-5000', 0, 999],
    ['bytes=900-5000', 900, 999],
  ])('of a range gives just that: %s', async (range, first, last) => {
    const { status, headers, body } = await fetchPart(range);

    expect([status, headers['content-range']]).toEqual([206, `bytes ${first}-${last}/${SIZE}`]);
    expect(headers['content-length']).toBe(String(last - first + 1));
    expect(body.equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('of a range that is not there says so: %s', async (range) => {
    const answer = await fetchPart(range);

    expect(refusedWith(answer)).toEqual([416, 'BAD_INPUT']);
    expect(answer.headers['content-range']).toBe(`bytes */${SIZE}`);
  });

  it.each(['bytes=5-2', 'bytes=a-b', 'bytes=-', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=0x1-2', '0-5'])(
    'of what is no single range gives all: %s',
    async (range) => {
      const { status, body } = await fetchPart(range);

      expect([status, body.length]).toEqual([200, SIZE]);
    },
  );

  it('goes on only with the same file', async () => {
    const same = await fetchPart('bytes=10-19', { 'if-range': `"${sha256}"` });
    const other = await fetchPart('bytes=10-19', { 'if-range': '"another"' });

    expect([same.status, same.body.length]).toEqual([206, 10]);
    expect([other.status, other.body.length]).toEqual([200, SIZE]);
  });

  it('by HEAD tells the same, without the bytes', async () => {
    const url = await urlOf();
    const [whole, head] = [await ask(url), await ask(url, { method: 'HEAD' })];
    const part = await ask(url, { method: 'HEAD', headers: { range: 'bytes=0-9' } });

    const told = ({ headers }: Answer) => ({
      ...headers,
      date: '',
      'x-request-id': '',
      connection: '',
      'keep-alive': '',
    });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(told(head)).toEqual(told(whole));
    expect([part.status, part.headers['content-length'], part.body.length]).toEqual([206, '10', 0]);
  });

  it('that is broken off harms nobody', async () => {
    const large = someBytes(20_000_000);
    const { id } = await world.attach(world.ann, ticket, large);
    const { downloadUrl } = await getAttachment(world.deps, world.ann, id);
    await new Promise<void>((done) => {
      const sent = request(world.http + downloadUrl, (response) => {
        response.once('data', () => response.destroy());
        response.once('close', () => done());
      });
      sent.on('error', () => undefined);
      sent.end();
    });

    expect((await world.download(world.bob, id)).body.equals(large)).toBe(true);
  });

  it('of one who left is refused by an address from before, and so is what was removed', async () => {
    const person = await anAgent(world);
    await joinProject(world, world.project, person, 'MEMBER');
    const [theirs, others] = [await urlOf(person), await urlOf(world.customer)];
    expect((await ask(theirs)).status).toBe(200);
    await removeMember(world.deps, world.admin, { projectId: world.project.id, userId: person.userId });
    expect(refusedWith(await ask(theirs))).toEqual([404, 'NOT_FOUND']);
    expect((await ask(theirs, { method: 'HEAD' })).status).toBe(404);

    const { id } = await world.attach(world.ann, ticket, bytes);
    const { downloadUrl } = await getAttachment(world.deps, world.ann, id);
    await deleteAttachment(world.deps, world.ann, { attachmentId: id });
    expect((await ask(world.http + downloadUrl)).status).toBe(404);
    expect((await ask(others)).body.equals(bytes)).toBe(true);
  });

  it('of a file that somebody took from the disk is not there', async () => {
    const { id } = await world.attach(world.ann, ticket, someBytes(77));
    const [row] = await rows<{ file_key: string }>(world, 'SELECT file_key FROM attachments WHERE id = $1', id);
    await rm(join(world.folder, 'files', row!.file_key.slice(-2), row!.file_key));

    expect(refusedWith(await world.download(world.ann, id))).toEqual([404, 'NOT_FOUND']);
  });
});

it('files of a folder load nothing of the SDK for S3', () => {
  const loaded = Object.keys(createRequire(import.meta.url).cache);

  expect(loaded.filter((path) => path.includes('content-disposition'))).not.toEqual([]);
  expect(loaded.filter((path) => path.includes('@aws-sdk'))).toEqual([]);
});

describe('what bytes are', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');
  it.each([
    ['image/png', png, 'page.html'],
    ['application/pdf', Buffer.from('%PDF-1.7\n%rest'), 'x.exe'],
    ['text/plain; charset=utf-8', Buffer.from('<html><script>alert(1)</script>'), 'x.png'],
    ['text/plain; charset=utf-8', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'x.svg'],
    ['text/plain; charset=utf-8', Buffer.from(`${'a'.repeat(4_099)}é`), 'cut within a character'],
    ['application/octet-stream', Buffer.from([0x80, 0x01, 0x02, 0x81]), 'x.txt'],
    ['application/octet-stream', Buffer.from('text\0'), 'x.txt'],
    ['application/x-msdownload', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]), 'x.txt'],
  ])('is told by them and not by the name: %s', async (contentType, content, filename) => {
    const { id } = await world.attach(world.ann, ticket, content, { filename });
    const { headers } = await world.download(world.ann, id);

    expect(headers['content-type']).toBe(contentType);
    expect(headers['content-disposition']).toMatch(/^attachment;/);
  });
});
