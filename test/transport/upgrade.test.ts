import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApp, frame, isAlive, upgrade, Wire, type LiveApp } from './anApp.js';
import { Pacing } from '../../server/transport/pacing.js';
import { createSockets } from '../../server/transport/ws.js';
import { signIn } from '../support/people.js';

let app: LiveApp;
let token: string;
beforeAll(async () => {
  app = await anApp('sqlite');
  token = (await signIn(app, app.admin)).accessToken;
});
afterAll(() => app.close());

const rsv = frame(0xf1, Buffer.from('x'));
/** However it ends: `once` would reject when it ends with an error. */
const gone = (socket: { destroyed: boolean } & NodeJS.EventEmitter) =>
  new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));

describe('an upgrade', () => {
  it('on another path is refused, and bad bytes after it harm nobody', async () => {
    const { status, socket } = await upgrade(app.http, '/other');
    for (let nth = 0; nth < 10; nth++) socket.write(rsv);
    await gone(socket);

    expect(status).toBe(404);
    expect(await isAlive(app.http)).toBe(true);
  });

  it('of which the connection breaks at any moment harms nobody', async () => {
    for (let nth = 0; nth < 20; nth++) {
      const { socket } = await upgrade(app.http, nth % 2 ? '/trpc' : '/other');
      socket.resetAndDestroy();
    }

    expect(await isAlive(app.http)).toBe(true);
  });

  it('that is refused survives an error of its connection', () => {
    const metrics = { refusedUpgrade: () => undefined } as never;
    const rules = { allowedOrigins: [], trustProxy: false };
    const { onUpgrade } = createSockets({
      deps: app.deps,
      rules,
      metrics,
      pacing: new Pacing(0),
      isDraining: () => false,
    });
    const connection = new PassThrough();

    onUpgrade({ url: '/other', headers: {} } as never, connection, Buffer.alloc(0));

    expect(() => connection.emit('error', new Error('ECONNRESET'))).not.toThrow();
  });

  it('with bits set that nobody agreed on closes that socket only', async () => {
    const { status, socket } = await upgrade(app.http);
    socket.write(rsv);
    await gone(socket);

    expect(status).toBe(101);
    expect(await isAlive(app.http)).toBe(true);
  });

  it("from the server's own host, or from no browser at all, is accepted", async () => {
    const own = await upgrade(app.http, '/trpc', { Origin: app.http });
    const none = await upgrade(app.http);
    own.socket.destroy();
    none.socket.destroy();

    expect([own.status, none.status]).toEqual([101, 101]);
  });

  it('agrees on no compression', async () => {
    const { socket, received } = await upgrade(app.http, '/trpc', {
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    });
    socket.destroy();

    expect(received().toString()).not.toMatch(/permessage-deflate/i);
  });
});

describe('a WebSocket message', () => {
  const closeOf = async (send: (wire: Wire) => void) => {
    const wire = await Wire.open(app.ws, token);
    send(wire);
    return (await wire.closed).code;
  };

  it('above 64 KiB ends the socket, also when it holds 50,000 calls', async () => {
    const calls = Array.from({ length: 50_000 }, (_, id) => ({ id, method: 'query', params: { path: 'auth.me' } }));

    expect(await closeOf((wire) => wire.send(calls))).toBe(1009);
    expect(await closeOf((wire) => wire.send('x'.repeat(64 * 1024 + 1)))).toBe(1009);
  });

  it('with more than 20 calls is refused for each of them', async () => {
    const wire = await Wire.open(app.ws, token);
    const batch = (count: number, from: number) =>
      Array.from({ length: count }, (_, nth) => ({ id: from + nth, method: 'query', params: { path: 'auth.me' } }));

    wire.send(batch(21, 100));
    wire.send(batch(20, 200));
    const [tooMany, enough] = [await wire.answer(120), await wire.answer(219)];
    wire.close();

    expect(tooMany.error?.data.app.code).toBe('BAD_INPUT');
    expect(enough.result?.type).toBe('data');
  });

  it('in more than 64 fragments ends the socket, in 64 it is read', async () => {
    const inFragments = async (count: number) => {
      const { socket, received } = await upgrade(app.http);
      const text = JSON.stringify({ id: 1, method: 'query', params: { path: 'no.such' } }).padEnd(count, ' ');
      for (let nth = 0; nth < count; nth++) {
        const isLast = nth === count - 1;
        const part = Buffer.from(isLast ? text.slice(nth) : text[nth]!);
        socket.write(frame((isLast ? 0x80 : 0) | (nth === 0 ? 1 : 0), part));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      const isOpen = received().includes('No such procedure');
      socket.destroy();
      return isOpen;
    };

    expect([await inFragments(64), await inFragments(65)]).toEqual([true, false]);
  });

  it('that is no JSON, or no request, or binary, gets an error and harms nobody', async () => {
    const wire = await Wire.open(app.ws, token);
    for (const nonsense of ['{', '[]', 'null', '42', '[[[]]]', '{"id":{}}', '{"id":1,"method":"drop"}'])
      wire.send(nonsense);
    wire.ws.send(Buffer.from('{"id":9,"method":"query","params":{"path":"auth.me"}}'));
    const me = await wire.call('query', 'auth.me');
    wire.close();

    expect(me.result?.data.user.email).toBe(app.admin.email);
    expect(wire.frames.every(({ error }) => !error || error.data.app.code === 'BAD_INPUT')).toBe(true);
  });

  it('nested deeper than 32 levels is refused', async () => {
    const nested = (depth: number) => {
      const input = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
      return `{"id":${depth},"method":"query","params":{"path":"tickets.get","input":${input}}}`;
    };
    const wire = await Wire.open(app.ws, token);

    wire.send(nested(33));
    wire.send(nested(10_000));
    const [deep, deepest] = [await wire.answer(33), await wire.answer(10_000)];
    wire.close();

    expect(deep.error?.data.app).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('deeper') });
    expect(deepest.error?.data.app).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('deeper') });
  });

  it('of more than 400 at once ends the socket with 4009', async () => {
    expect(
      await closeOf((wire) => {
        for (let nth = 0; nth < 800; nth++) wire.send('PING');
      }),
    ).toBe(4009);
  });
});
