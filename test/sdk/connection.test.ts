import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createClient, type ClientOptions, type ConnectionState } from '../../client-sdk/src/index.js';
import { wireServer, type HttpCall } from './wireServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const user = { id: 'u1', name: 'Ada', email: 'ada@company.com', role: 'AGENT' };

/** Signs in and hands out access-1, access-2 … */
function accounts(expiresIn: number) {
  const state = { count: 0, revoked: false };
  const answer = ({ path }: HttpCall) => {
    if (state.revoked) return { error: 'UNAUTHENTICATED' } as const;
    if (path !== 'auth.login' && path !== 'auth.refresh') return { data: null };
    state.count += 1;
    return { data: { accessToken: `access-${state.count}`, refreshToken: `refresh-${state.count}`, expiresIn, user } };
  };
  return { state, answer };
}

async function following(options: ClientOptions = {}, expiresIn = 900) {
  const { state, answer } = accounts(expiresIn);
  const server = await wireServer(answer);
  const states: ConnectionState[] = [];
  const client = createClient({
    url: server.url,
    WebSocket,
    backoff: { baseMs: 20, maxMs: 40 },
    onConnectionState: (next) => states.push(next),
    ...options,
  });
  onTestFinished(() => client.close());
  if (options.token === undefined) await client.login({ email: 'a', password: 'b' });
  const told: string[] = [];
  client.live.me({}, { onError: ({ code }) => told.push(code), onEnd: () => told.push('end') });
  const subscription = await server.subscription(1);
  return { server, client, state, states, told, subscription };
}

describe('the connection', () => {
  it('opens with the first stream and tells each change once', async () => {
    const { client, states } = await following();

    client.close();

    expect(states.map(({ state }) => state)).toEqual(['connecting', 'online', 'idle']);
    expect(states.every(({ since }) => Math.abs(since - Date.now()) < 5_000)).toBe(true);
  });

  it('is connecting after a cut, offline when it cannot be opened, and online again when it can', async () => {
    const { server, states, subscription } = await following();
    subscription.ready(1);

    server.state.refuseSockets = true;
    subscription.socket.ws.terminate();
    await until(() => expect(states.at(-1)?.state).toBe('offline'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    server.state.refuseSockets = false;
    await until(() => expect(states.at(-1)?.state).toBe('online'));

    expect(states.map(({ state }) => state)).toEqual(['connecting', 'online', 'connecting', 'offline', 'online']);
    expect(states.at(-1)?.closeCode).toBe(1006);
  });

  it('shows the same object until something changes', async () => {
    const { client } = await following();

    expect(client.connection.get()).toBe(client.connection.get());
  });

  it('is found dead by its heartbeat, and replaced, though the other end never says goodbye', async () => {
    const { server, subscription } = await following({ heartbeat: { intervalMs: 100, timeoutMs: 100 } });
    subscription.ready(1);
    const { ws } = subscription.socket;

    ws.pause();
    ws.removeAllListeners('message');

    await until(() => expect(server.sockets).toHaveLength(2));
  });

  it('waits longer and longer for a server that closes every socket at once', async () => {
    const { server, states, subscription } = await following({ backoff: { baseMs: 100, maxMs: 400 } });
    server.state.onSubscription = ({ socket }) => socket.ws.close(1011);

    subscription.socket.ws.close(1011);
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    expect(server.sockets.length).toBeGreaterThan(2);
    expect(server.sockets.length).toBeLessThan(9);
    expect(states.filter(({ state }) => state === 'online').length).toBeLessThan(9);
  });
});

describe('the token of the connection', () => {
  it('is renewed before it expires, without a new socket', async () => {
    const { server, subscription } = await following({}, 1);

    await until(() => expect(subscription.socket.renewals.length).toBeGreaterThan(1));

    expect(server.sockets).toHaveLength(1);
    expect(server.subscriptions).toHaveLength(1);
    expect(subscription.socket.renewals.slice(0, 2)).toEqual(['access-2', 'access-3']);
  });

  it('is renewed also when the timer rang too early', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { subscription } = await following({}, 1);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(subscription.socket.renewals).toEqual([]);

    vi.useRealTimers();

    await until(() => expect(subscription.socket.renewals).toContain('access-2'));
  });

  it('is renewed when the server closes the socket for it', async () => {
    const { server, subscription, told } = await following();

    subscription.socket.ws.close(4001);

    const second = await server.subscription(2);
    expect(second.socket.token).toBe('access-2');
    expect(told).toEqual([]);
  });

  it('is renewed when the server refuses a subscription for it', async () => {
    const { server, subscription } = await following();
    const tokens: (string | null)[] = [];
    server.state.onSubscription = ({ socket }) => tokens.push(socket.token);

    subscription.fail('TOKEN_EXPIRED');

    const second = await server.subscription(2);
    expect(second.socket).toBe(subscription.socket);
    expect(tokens).toEqual(['access-2']);
  });

  it('ends the streams when it cannot be renewed', async () => {
    const { server, client, state, subscription, told } = await following();
    state.revoked = true;

    subscription.socket.ws.close(4001);

    await until(() => expect(told).toEqual(['UNAUTHENTICATED', 'end']));
    expect(client.session.get()).toMatchObject({ state: 'signedOut', error: { code: 'UNAUTHENTICATED' } });
    expect(client.connection.get().state).toBe('idle');
    expect(server.sockets).toHaveLength(1);
  });

  it('ends the streams when the server refuses it again and again', async () => {
    const { server, subscription, told } = await following({ token: 'key' });
    server.state.onSubscription = ({ socket }) => socket.ws.close(4001);

    subscription.socket.ws.close(4001);

    await until(() => expect(told).toEqual(['UNAUTHENTICATED', 'end']));
    expect(server.sockets).toHaveLength(3);
  });

  it('ends the streams on logout, without an error', async () => {
    const { client, told } = await following();

    await client.logout();

    expect(told).toEqual(['end']);
    expect(client.connection.get().state).toBe('idle');
  });
});
