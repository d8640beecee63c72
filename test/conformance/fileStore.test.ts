import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newId } from '../../server/kernel/ids.js';
import { FileMissing, type FileStore } from '../../server/storage/fileStore.js';
import { openFileStore } from '../../server/storage/openFileStore.js';
import { startS3 } from '../support/s3Server.js';

interface Kit {
  readonly keepsBroken: boolean;
  readonly store: FileStore;
  release(): Promise<void>;
}
const kits: Readonly<Record<string, () => Promise<Kit>>> = {
  'a folder': async () => {
    const folder = await mkdtemp(join(inject('runFolder'), 'store-'));
    return { store: openFileStore({ folder }), keepsBroken: false, release: () => Promise.resolve() };
  },
  'a bucket of a service that speaks S3': async () => {
    const { place, ...s3 } = await startS3();
    return { store: openFileStore(place), ...s3 };
  },
};

const announcedOf = (bytes: Buffer) => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
const keep = async (store: FileStore, bytes: Buffer): Promise<string> => {
  const id = newId();
  await store.put(id, Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]), announcedOf(bytes));
  return id;
};
const idsIn = async (store: FileStore): Promise<string[]> => {
  const ids: string[] = [];
  for await (const files of store.list()) ids.push(...files.map(({ id }) => id));
  return ids.toSorted();
};

describe.each(Object.entries(kits))('files in %s', (_what, open) => {
  let kit: Kit;
  let store: FileStore;
  beforeAll(async () => {
    kit = await open();
    ({ store } = kit);
  });
  afterAll(() => kit.release());

  it('belong to whoever came first', async () => {
    expect(await store.owner()).toBeNull();
    await store.claim('the first');
    await store.claim('the second');

    expect(await store.owner()).toBe('the first');
  });

  it('come back as they were, whole and in part', async () => {
    const bytes = randomBytes(3_000_000);
    const id = await keep(store, bytes);

    expect((await buffer(await store.read(id, 0, bytes.length - 1))).equals(bytes)).toBe(true);
    expect((await buffer(await store.read(id, 1_000, 1_999))).equals(bytes.subarray(1_000, 2_000))).toBe(true);
    expect((await buffer(await store.read(id, 2_999_999, 2_999_999))).equals(bytes.subarray(-1))).toBe(true);
    await store.remove(id);
  });

  it('are listed, with when they came, and not any more once they are removed', async () => {
    const ids = [await keep(store, Buffer.from('one')), await keep(store, Buffer.from('two'))];
    expect(await idsIn(store)).toEqual(ids.toSorted());
    for await (const files of store.list())
      for (const { changedAt } of files)
        expect(Math.abs(Date.now() - (await changedAt()).getTime())).toBeLessThan(60_000);

    for (const id of ids) await store.remove(id);
    await store.remove(newId());
    expect(await idsIn(store)).toEqual([]);
    await expect(store.read(ids[0]!, 0, 2)).rejects.toThrow(FileMissing);
  });

  it('are not there when their bytes fail, however far they had come', async () => {
    const bytes = randomBytes(500_000);
    for (const part of [0, 0.01, 0.5, 0.99]) {
      const source = new PassThrough();
      source.on('error', () => undefined);
      const kept = store.put(newId(), source, announcedOf(bytes));
      source.write(bytes.subarray(0, bytes.length * part));
      setTimeout(() => source.destroy(new Error('broke off')), 20);
      await expect(kept).rejects.toThrow();
    }

    for (const id of kit.keepsBroken ? await idsIn(store) : []) await store.remove(id);
    expect(await idsIn(store)).toEqual([]);
    await store.sweepUnfinished(new Date(Date.now() + 60_000));
  });

  it('are not kept at all of bytes that failed before they began', async () => {
    const source = new PassThrough();
    source.on('error', () => undefined);
    source.destroy(new Error('broke off'));

    await expect(store.put(newId(), source, announcedOf(Buffer.from('x')))).rejects.toThrow();
    expect(await idsIn(store)).toEqual([]);
  });
});

describe('S3', () => {
  it('that does not answer is an error, and no file', async () => {
    const silent: Server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
    const store = openFileStore({ bucket: 'none', endpoint, region: 'us-east-1', credentials });

    await expect(keep(store, Buffer.from('bytes'))).rejects.toThrow();
    silent.close();
  });
});
