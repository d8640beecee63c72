import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { LiveSubscription } from '../../server/rpc/liveSubscription.js';
import { WsPeer } from '../../server/transport/wsPeer.js';
import { WsSubscription } from '../../server/transport/wsSubscription.js';

const http = createServer();
const wss = new WebSocketServer({ noServer: true });
let connection: Socket;
let clientConnection: Socket;
let client: WebSocket;
let peer: WsPeer;
let heard: string[];
let taken: string[];
let closings: number;

beforeEach(async () => {
  await once(http.listen(0, '127.0.0.1'), 'listening');
  [heard, taken, closings] = [[], [], 0];
  http.once('upgrade', (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      const recognise = () => Promise.resolve(true);
      const onMessage = (data: Buffer) => void taken.push(data.toString());
      connection = socket as Socket;
      ws.on('error', () => undefined);
      const who = { ip: '', userAgent: null, token: 'good', hub: {} as never };
      const onClosing = () => void closings++;
      peer = new WsPeer({ ws, socket: connection, ...who, recognise, onMessage, onClosing, onClose: () => undefined });
    });
  });
  client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  client.once('upgrade', (response) => (clientConnection = response.socket));
  client.on('message', (data: Buffer) => heard.push(data.toString()));
  await once(client, 'open');
});
afterEach(() => {
  client.terminate();
  http.close();
});

const later = (ms: number) => peer.sweep(performance.now() + ms);
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('a socket on which nothing is heard', () => {
  it('is pinged after 30 s, and cut when no answer comes in 5 s', async () => {
    later(29_000);
    await settled();
    const early = [...heard];
    later(30_100);
    later(31_000);
    later(34_900);
    await settled();
    const isOpen = client.readyState === client.OPEN;
    later(35_200);
    await once(client, 'close');

    expect(early).toEqual([]);
    expect(heard).toEqual(['PING']);
    expect(isOpen).toBe(true);
  });

  it.each(['PONG', 'anything else'])('stays when its client says %s', async (answer) => {
    later(30_100);
    await settled();
    client.send(answer);
    await settled();
    later(36_000);
    await settled();

    expect(client.readyState).toBe(client.OPEN);
    // It was silent for long again.
    expect(heard).toEqual(['PING', 'PING']);
    expect(taken).toEqual(answer === 'PONG' ? [] : [answer]);
  });
});

describe('a socket whose client pings', () => {
  it('answers at once, and hands nothing on', async () => {
    client.send('PING');
    await settled();

    expect(heard).toEqual(['PONG']);
    expect(taken).toEqual([]);
  });
});

describe('a socket that is being closed', () => {
  it.each([
    ['for a reason', () => peer.close(4009, 'too many')],
    ['politely', () => peer.bye()],
  ])('%s, ends what is sent on it at once', async (_, close) => {
    const before = closings;
    close();
    const after = closings;
    await once(client, 'close');

    expect([before, after, closings]).toEqual([0, 1, 1]);
  });

  it('hands nothing on', async () => {
    peer.close(4009, 'too many');
    client.send('late');
    await once(client, 'close');

    expect(taken).toEqual([]);
  });

  it.each([
    ['its client closes it', Buffer.from([0x88, 0x80, 0, 0, 0, 0])],
    ['its client sends no valid frame', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
  ])('is not to be written to from the moment %s', async (_, frame) => {
    const before = connection.writable;
    const closing = once(connection, 'data');
    clientConnection.write(frame);
    await closing;

    expect([before, connection.writable]).toEqual([true, false]);
    await once(client, 'close');
  });
});

describe('a socket whose client does not read', () => {
  const text = 'x'.repeat(32 * 1024);
  /** Some of it is read before the client stops. */
  const MOST = 1_536 * 1024;
  /** Until it takes no more, or a peer without a bound has taken far too much. */
  const fill = async () => {
    let bytes = 0;
    do {
      for (; !peer.isFull && bytes <= MOST; bytes += text.length) peer.send(text);
      await settled();
    } while (!peer.isFull && bytes <= MOST);
    return bytes;
  };

  it('is full long before the kernel is, and takes more when its client has read', async () => {
    client.pause();
    const bytes = await fill();
    const waiting = peer.outbound.connection.writableLength;
    const resumed = new Promise<void>((resolve) => peer.onDrain(resolve));
    client.resume();
    await resumed;
    await settled();

    expect(bytes).toBeLessThanOrEqual(MOST);
    expect([waiting, peer.isFull]).toEqual([0, false]);
    expect(heard.join('')).toHaveLength(bytes);
  });

  it('is sent no more by a subscription either, however small its items are', async () => {
    const subscription = new WsSubscription({ id: 1 }, peer, () => undefined);
    const nothing = { stop: () => undefined };
    subscription.begin(
      new LiveSubscription(
        () => nothing,
        peer,
        subscription.signal,
        () => undefined,
      ),
    );
    const small = { items: [{ seq: 1, cursor: 'c', item: { text: 'x'.repeat(600) } }], bytes: 600, readers: 1 };
    client.pause();
    const before = connection.bytesWritten;
    do {
      while (!subscription.isFull && connection.bytesWritten - before <= MOST) subscription.write(small, 0);
      await settled();
    } while (!subscription.isFull && connection.bytesWritten - before <= MOST);
    const bytes = connection.bytesWritten - before;
    client.resume();
    await settled();

    expect(bytes).toBeLessThanOrEqual(MOST);
    expect(subscription.isFull).toBe(false);
  });

  it('is closed after fifteen seconds of that, and not while it reads on', async () => {
    const closed = once(client, 'close');
    client.pause();
    await fill();
    later(0);
    later(14_900);
    const isOpen = connection.writable;
    client.resume();
    await settled();
    client.pause();
    await fill();
    later(15_100);
    later(29_900);
    const isStillOpen = connection.writable;
    later(30_300);
    client.resume();

    expect([isOpen, isStillOpen]).toEqual([true, true]);
    expect((await closed)[0]).toBe(4008);
  });
});
