import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApp, isAlive, type LiveApp } from './anApp.js';

let app: LiveApp;
beforeAll(async () => {
  app = await anApp('sqlite');
});
afterAll(() => app.close());

const MEBIBYTE = 1024 * 1024;

/** A connection on which a body of so many bytes was announced. */
async function announce(path: string, size: number) {
  const { hostname, port, host } = new URL(app.http);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`);
  socket.write(`content-length: ${size}\r\n\r\n`);
  return socket;
}

describe('a body that is refused before it has come', () => {
  it.each(['/trpc/tickets.create', '/api/tickets', '/api/nothing'])(
    'to %s is answered, also to who sends all of it before they listen',
    async (path) => {
      const socket = await announce(path, 20 * MEBIBYTE);
      const sent = new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        for (let nth = 0; nth < 20; nth++) socket.write(Buffer.alloc(MEBIBYTE, 'x'), () => nth === 19 && resolve());
      });

      await sent;
      const answer = await text(socket);

      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toMatch(/^connection: close/im);
      expect(answer).toContain('PAYLOAD_TOO_LARGE');
      expect(await isAlive(app.http)).toBe(true);
    },
  );

  it('is not listened to for long, however slowly it comes', async () => {
    const socket = await announce('/api/tickets', 1_000 * MEBIBYTE);
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const began = performance.now();
    const drip = setInterval(() => socket.write('x'), 50);

    const [answer] = (await once(socket, 'data')) as [Buffer];
    await closed;
    clearInterval(drip);

    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});
