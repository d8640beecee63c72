import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createClient,
  type BatonClient,
  type BatonError,
  type ClientOptions,
  type LiveHandlers,
  type ProjectEvent,
} from '../../client-sdk/src/index.js';
import { wireServer } from './wireServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

async function connected(options: ClientOptions = {}) {
  const server = await wireServer();
  const client = createClient({
    url: server.url,
    token: 'key',
    WebSocket,
    backoff: { baseMs: 20, maxMs: 40 },
    ...options,
  });
  onTestFinished(() => client.close());
  return { server, client };
}

/** What a stream told, in the order in which it told it. */
function follow(client: BatonClient, lastEventId?: string, more: LiveHandlers<ProjectEvent> = {}) {
  const told: string[] = [];
  const errors: BatonError[] = [];
  const stream = client.live.project(
    { projectId: 'p', lastEventId },
    {
      onEvent: ({ seq }) => told.push(`event ${seq}`),
      onReady: ({ seq }) => told.push(`ready ${seq}`),
      onResync: ({ reason, seq }) => told.push(`resync ${reason} ${seq}`),
      onError: (error) => {
        errors.push(error);
        told.push(`error ${error.code}`);
      },
      onEnd: () => told.push('end'),
      ...more,
    },
  );
  return { stream, told, errors };
}

describe('a live stream', () => {
  it('asks for its project with the token of the client, and hands over what comes', async () => {
    const { server, client } = await connected();
    const { stream, told } = follow(client);

    const subscription = await server.subscription(1);
    subscription.ready(4);
    subscription.event(5);
    await until(() => expect(told).toEqual(['ready 4', 'event 5']));

    expect(subscription).toMatchObject({ path: 'live.project', input: { projectId: 'p' }, lastEventId: undefined });
    expect(subscription.socket.token).toBe('key');
    expect(stream.cursor).toBe('e.5');
  });

  it('continues from a cursor kept from earlier', async () => {
    const { server, client } = await connected();

    const { stream } = follow(client, 'e.7');

    expect((await server.subscription(1)).lastEventId).toBe('e.7');
    expect(stream.cursor).toBe('e.7');
  });

  it('gives each event its cursor', async () => {
    const { server, client } = await connected();
    const cursors: string[] = [];
    follow(client, undefined, { onEvent: ({ cursor }) => cursors.push(cursor) });

    const subscription = await server.subscription(1);
    subscription.event(1);
    subscription.event(2);

    await until(() => expect(cursors).toEqual(['e.1', 'e.2']));
  });

  it('goes on behind the last event when its socket is cut, and drops what comes twice', async () => {
    const { server, client } = await connected();
    const { told } = follow(client);
    const first = await server.subscription(1);
    first.event(1);
    first.event(2);
    await until(() => expect(told).toHaveLength(2));

    first.socket.ws.terminate();
    const second = await server.subscription(2);
    for (const seq of [1, 2, 3, 3, 4]) second.event(seq);

    await until(() => expect(told).toEqual(['event 1', 'event 2', 'event 3', 'event 4']));
    expect(second.lastEventId).toBe('e.2');
  });

  it.each([1001, 1011, 4008, 4009])('comes back after close code %i', async (code) => {
    const { server, client } = await connected();
    const { told } = follow(client);
    const first = await server.subscription(1);
    first.event(1);
    await until(() => expect(told).toHaveLength(1));

    first.socket.ws.close(code);

    expect((await server.subscription(2)).lastEventId).toBe('e.1');
    expect(client.connection.get().closeCode).toBe(code);
  });

  it.each(['UNAVAILABLE', 'INTERNAL', 'TOO_MANY_REQUESTS'] as const)(
    'begins again after the error %s',
    async (code) => {
      const { server, client } = await connected();
      const { told } = follow(client, 'e.1');

      (await server.subscription(1)).fail(code);

      expect((await server.subscription(2)).lastEventId).toBe('e.1');
      expect(told).toEqual([]);
    },
  );

  it('begins again when the server ends it without a word', async () => {
    const { server, client } = await connected();
    follow(client, 'e.1');

    (await server.subscription(1)).end();

    expect((await server.subscription(2)).lastEventId).toBe('e.1');
  });

  it('does not ask for ever for what always fails', async () => {
    const { server, client } = await connected();
    const { told } = follow(client);
    server.state.onSubscription = (subscription) => subscription.fail('INTERNAL');

    await until(() => expect(told).toEqual(['error INTERNAL', 'end']));
  });

  it.each(['FORBIDDEN', 'NOT_FOUND', 'BAD_INPUT', 'PASSWORD_CHANGE_REQUIRED'] as const)('ends at %s', async (code) => {
    const { server, client } = await connected();
    const { told, errors } = follow(client);
    const other = follow(client);

    (await server.subscription(1)).fail(code);

    await until(() => expect(told).toEqual([`error ${code}`, 'end']));
    expect(errors[0]?.message).toBe(`It is ${code}`);
    (await server.subscription(2)).ready(1);
    await until(() => expect(other.told).toEqual(['ready 1']));
  });

  it('passes on that it cannot be continued, and goes on from there', async () => {
    const { server, client } = await connected();
    const { told, stream } = follow(client, 'old.90');
    const first = await server.subscription(1);

    first.item('new.3', { kind: 'resync', reason: 'OTHER_EPOCH', seq: 3 });
    first.event(4, 'new');

    await until(() => expect(told).toEqual(['resync OTHER_EPOCH 3', 'event 4']));
    expect(stream.cursor).toBe('new.4');
  });

  it('notices by itself that the events are of another history', async () => {
    const { server, client } = await connected();
    const { told } = follow(client, 'old.90');

    (await server.subscription(1)).event(4, 'new');

    await until(() => expect(told).toEqual(['resync OTHER_EPOCH 3', 'event 4']));
  });

  it('passes over kinds of items that it does not know', async () => {
    const { server, client } = await connected();
    const { told } = follow(client);
    const subscription = await server.subscription(1);

    subscription.item('e.1', { kind: 'weather', sunny: true });
    subscription.event(2);

    await until(() => expect(told).toEqual(['event 2']));
  });

  it('of a ticket hands over who is there, and goes on behind the same event', async () => {
    const { server, client } = await connected();
    const told: string[] = [];
    const stream = client.live.ticket(
      { ticketId: 't' },
      {
        onEvent: ({ seq }) => told.push(`event ${seq}`),
        onPresence: ({ people }) => told.push(people.map(({ name, typing }) => `${name} ${typing}`).join()),
      },
    );
    const subscription = await server.subscription(1);

    subscription.event(4);
    subscription.item('e.4', { kind: 'presence', people: [{ id: 'a', name: 'Ann', typing: true }] });
    subscription.event(4);
    subscription.event(5);

    await until(() => expect(told).toEqual(['event 4', 'Ann true', 'event 5']));
    expect(stream.cursor).toBe('e.5');
  });

  it('is not upset by a handler that throws', async () => {
    const { server, client } = await connected();
    const thrown: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error.message));
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    });
    const seen: number[] = [];
    const onEvent = ({ seq }: ProjectEvent) => {
      seen.push(seq);
      throw new Error(`at ${seq}`);
    };
    const { stream } = follow(client, undefined, { onEvent });

    const subscription = await server.subscription(1);
    subscription.event(1);
    subscription.event(2);

    await until(() => expect(thrown).toEqual(['at 1', 'at 2']));
    expect(seen).toEqual([1, 2]);
    expect(stream.cursor).toBe('e.2');
  });
});

describe('ending a live stream', () => {
  it('by stop: nothing follows, and the socket goes with the last one', async () => {
    const { server, client } = await connected();
    const { stream, told } = follow(client);
    const subscription = await server.subscription(1);
    subscription.event(1);
    await until(() => expect(told).toEqual(['event 1']));

    stream.stop();
    stream.stop();
    subscription.event(2);

    await until(() => expect(client.connection.get().state).toBe('idle'));
    expect(told).toEqual(['event 1', 'end']);
  });

  it('by its signal, also one that was aborted before', async () => {
    const { server, client } = await connected();
    const controller = new AbortController();
    const { told } = follow(client, undefined, { signal: controller.signal });
    const late = follow(client, undefined, { signal: AbortSignal.abort() });
    await server.subscription(1);

    controller.abort();

    await until(() => expect([...told, ...late.told]).toEqual(['end', 'end']));
  });

  it('by closing the client, which can be used again', async () => {
    const { server, client } = await connected();
    const { told } = follow(client);
    await server.subscription(1);

    client.close();

    expect(told).toEqual(['end']);
    expect(client.connection.get().state).toBe('idle');
    const again = follow(client);
    (await server.subscription(2)).ready(1);
    await until(() => expect(again.told).toEqual(['ready 1']));
  });

  it('because the account was deactivated', async () => {
    const { server, client } = await connected();
    const { told } = follow(client);

    (await server.subscription(1)).socket.ws.close(4003);

    await until(() => expect(told).toEqual(['error FORBIDDEN', 'end']));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.sockets).toHaveLength(1);
  });

  it('because there is no WebSocket to follow it with', async () => {
    const server = await wireServer();
    vi.stubGlobal('WebSocket', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());

    const client = createClient({ url: server.url, token: 'key' });

    expect(() => client.live.me()).toThrow("There is no WebSocket here: give createClient the one of 'ws'.");
  });

  it('because there are more than a socket may carry', async () => {
    const { client } = await connected();
    for (let count = 0; count < 50; count += 1) client.live.me({}, {});

    expect(() => client.live.me({}, {})).toThrow('One client follows 50 streams at most.');
  });
});

describe('reading a live stream in a loop', () => {
  it('yields events, ready and resync, and ends with the loop', async () => {
    const { server, client } = await connected();
    const stream = client.live.project({ projectId: 'p' });
    const subscription = await server.subscription(1);
    subscription.ready(0);
    subscription.event(1);
    subscription.item('f.9', { kind: 'resync', reason: 'PAST_RETENTION', seq: 9 });

    const told: string[] = [];
    for await (const item of stream) {
      told.push(`${item.kind} ${item.seq}`);
      expect(stream.cursor).toBe(item.cursor);
      if (item.kind === 'resync') break;
    }

    expect(told).toEqual(['ready 0', 'event 1', 'resync 9']);
    await until(() => expect(client.connection.get().state).toBe('idle'));
  });

  it('throws when the stream cannot go on, after what came before', async () => {
    const { server, client } = await connected();
    const stream = client.live.project({ projectId: 'p' });
    const subscription = await server.subscription(1);
    subscription.event(1);
    subscription.fail('FORBIDDEN');
    await until(() => expect(server.subscriptions).toHaveLength(1));

    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of stream) seen.push(seq);
    })();

    await expect(reading).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(seen).toEqual([1]);
  });

  it('ends when it is stopped from elsewhere', async () => {
    const { server, client } = await connected();
    const stream = client.live.project({ projectId: 'p' });
    await server.subscription(1);
    setTimeout(() => stream.stop(), 20);

    for await (const item of stream) throw new Error(`Not expected: ${item.kind}`);
  });

  it('leaves the stream while a slow reader has a thousand items before it, and takes it up again behind them', async () => {
    const { server, client } = await connected();
    const stream = client.live.project({ projectId: 'p' });
    const first = await server.subscription(1);
    for (let seq = 1; seq <= 1_200; seq += 1) first.event(seq);
    await until(() => expect(first.left()).toBe(true));

    const seen: number[] = [];
    server.state.onSubscription = (second) => {
      expect(second.lastEventId).toBe('e.1000');
      for (let seq = 1_001; seq <= 1_300; seq += 1) second.event(seq);
    };
    for await (const { seq } of stream) if (seen.push(seq) === 1_300) break;

    expect(seen).toEqual(Array.from({ length: 1_300 }, (_, index) => index + 1));
    expect(server.subscriptions).toHaveLength(2);
  });

  it('is for one loop, and not for streams with handlers', async () => {
    const { client } = await connected();
    const stream = client.live.me();
    stream[Symbol.asyncIterator]();

    expect(() => stream[Symbol.asyncIterator]()).toThrow(TypeError);
    expect(() => client.live.me({}, {})[Symbol.asyncIterator]()).toThrow(TypeError);
  });
});
