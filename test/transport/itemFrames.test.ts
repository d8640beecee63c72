import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../server/realtime/sink.js';
import { holdHead, releaseHead, writeItems } from '../../server/transport/itemFrames.js';

describe('frames that are written to many', () => {
  let server: Server;
  const ends: Socket[] = [];

  beforeAll(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    for (const end of ends) end.destroy();
    server.close();
  });

  async function aPair(): Promise<{ near: Socket; far: Socket }> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [near] = await accepted;
    ends.push(near, far);
    return { near, far };
  }

  /** Of text frames, one after the other, the ids. */
  function idsIn(bytes: Buffer): unknown[] {
    const ids: unknown[] = [];
    for (let at = 0; at < bytes.length;) {
      const short = bytes[at + 1]!;
      const [from, length] =
        short < 126
          ? [at + 2, short]
          : short === 126
            ? [at + 4, bytes.readUInt16BE(at + 2)]
            : [at + 10, Number(bytes.readBigUInt64BE(at + 2))];
      expect(bytes[at]).toBe(0x81);
      const { id } = JSON.parse(bytes.toString('utf8', from, from + length)) as { id: unknown };
      ids.push(id);
      at = from + length;
    }
    return ids;
  }

  async function read(far: Socket, length: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of far as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (chunks.reduce((sum, { length: more }) => sum + more, 0) >= length) break;
    }
    return Buffer.concat(chunks);
  }

  it.each([
    ['few small items, which the kernel takes at once', 3, 50],
    ['more than the kernel takes: what waits is not written over', 16, 600_000],
  ])('are told under the name that each gave, of %s', async (_what, count, size) => {
    const names = [17, 23, 17, 4, 99, 'ab'];
    const heads = names.map((id) => holdHead({ id }));
    const pairs: Awaited<ReturnType<typeof aPair>>[] = [];
    for (const _name of names) pairs.push(await aPair());
    const items = Array.from({ length: count }, (_, nth) => ({
      seq: nth + 1,
      cursor: `epoch.${nth + 1}`,
      item: { text: 'é'.repeat(size / 2) },
    }));
    const delivery: Delivery = { items, bytes: count * size, readers: names.length };

    for (const [nth, { near }] of pairs.entries()) writeItems(near, heads[nth]!, delivery, 0);
    const waiting = pairs.map(({ near }) => near.writableLength);
    const lengths = pairs.map(({ near }) => near.bytesWritten);
    const received = await Promise.all(pairs.map(({ far }, nth) => read(far, lengths[nth]!)));

    expect(waiting.every((bytes) => bytes > 0)).toBe(size > 1_000);
    expect(received.map(idsIn)).toEqual(names.map((id) => items.map(() => id)));
    for (const head of heads) releaseHead(head);
  });
});
