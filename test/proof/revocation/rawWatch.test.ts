import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RawWatch } from './rawWatch.js';

it('finds a text in the bytes of a socket once for each time, also when it comes in pieces', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = await accepted;
  far.setNoDelay(true);
  const watch = new RawWatch(near, 'CANARY');

  for (const piece of ['a CANARY and CAN', 'ARY', ' C', 'ANAR', ' no, CANARYCANARY']) {
    far.write(piece);
    await sleep(20);
  }
  far.end();
  await once(near, 'close');
  server.close();

  expect(watch.times).toHaveLength(4);
  expect(watch.byteCount).toBe(42);
});
