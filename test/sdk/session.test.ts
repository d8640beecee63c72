import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createClient,
  memoryStorage,
  webStorage,
  type BatonError,
  type ClientOptions,
} from '../../client-sdk/src/index.js';
import { wireServer, type Answer, type HttpCall } from './wireServer.js';

const user = { id: 'u1', name: 'Ada', email: 'ada@company.com', role: 'AGENT' };
const credentials = { email: 'ada@company.com', password: 'secret' };

/** Signs in with tokens access-1, access-2 …; takes only the newest, and each refresh token once. */
function accounts({ expiresIn = 900, lose = 0 } = {}) {
  let count = 0;
  let lost = 0;
  const state = {
    revoked: false,
    gate: Promise.resolve(),
    takes: (token: string | null) => token === `access-${count}`,
  };
  const tokens = () => {
    count += 1;
    return { data: { accessToken: `access-${count}`, refreshToken: `refresh-${count}`, expiresIn, user } };
  };
  const answer = async ({ path, input, token }: HttpCall): Promise<Answer> => {
    if (path === 'auth.login') return tokens();
    if (path === 'auth.refresh') {
      await state.gate;
      if (state.revoked || input['refreshToken'] !== `refresh-${count}`) return { error: 'UNAUTHENTICATED' };
      return lost++ < lose ? 'cut' : tokens();
    }
    if (!state.takes(token)) return { error: token === null ? 'UNAUTHENTICATED' : 'TOKEN_EXPIRED' };
    return { data: path };
  };
  return { answer, state };
}

async function signedIn(accountOptions?: Parameters<typeof accounts>[0], options: ClientOptions = {}) {
  const { answer, state } = accounts(accountOptions);
  const server = await wireServer(answer);
  const client = createClient({ url: server.url, backoff: { baseMs: 10, maxMs: 20 }, ...options });
  await client.login(credentials);
  const paths = () => server.calls.map(({ path }) => path);
  return { server, client, state, paths };
}

afterEach(() => vi.useRealTimers());

describe('signing in', () => {
  it('answers who it is, and uses the token from then on', async () => {
    const { client, server } = await signedIn();

    await client.me();

    expect(client.session.get()).toEqual({ state: 'signedIn', user });
    expect(server.calls.map(({ path, token }) => [path, token])).toEqual([
      ['auth.login', null],
      ['auth.me', 'access-1'],
    ]);
  });

  it('tells those who watch the session, until they stop watching', async () => {
    const { client } = await signedIn();
    const seen: string[] = [];
    const stop = client.session.subscribe(({ state }) => seen.push(state));

    await client.logout();
    stop();
    await client.login(credentials);

    expect(seen).toEqual(['signedOut']);
  });

  it('fails with the code of the server and stays signed out', async () => {
    const server = await wireServer(() => ({ error: 'UNAUTHENTICATED' }));
    const client = createClient({ url: server.url });

    await expect(client.login(credentials)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(client.session.get()).toEqual({ state: 'signedOut', error: null });
  });

  it('is kept in the storage and found there by the next client', async () => {
    const storage = memoryStorage();
    const { server } = await signedIn({}, { storage });

    const next = createClient({ url: server.url, storage });

    expect(next.session.get()).toEqual({ state: 'signedIn', user });
    await expect(next.me()).resolves.toBe('auth.me');
  });

  it('reads what it kept in a text storage, and takes rubbish there for nothing', () => {
    const texts = new Map<string, string>();
    const storage = webStorage({
      getItem: (key) => texts.get(key) ?? null,
      setItem: (key, value) => void texts.set(key, value),
      removeItem: (key) => void texts.delete(key),
    });
    const session = { accessToken: 'a', refreshToken: 'r', renewAt: 5, user } as never;

    storage.save(session);

    expect(storage.load()).toEqual(session);
    for (const rubbish of ['', '{', 'null', '7', '{"accessToken":1}']) {
      texts.set('baton.session', rubbish);
      expect(storage.load()).toBeNull();
    }
  });
});

describe('renewing the session', () => {
  it('happens before the access token expires, once for all that wait', async () => {
    const { client, server, paths } = await signedIn({ expiresIn: 100 });
    vi.useFakeTimers({ now: Date.now() + 81_000, toFake: ['Date'] });

    await Promise.all([client.me(), client.projects.get({ key: 'SUP' }), client.skills.list({})]);

    expect(paths().filter((path) => path === 'auth.refresh')).toHaveLength(1);
    expect(server.calls.slice(2).every(({ token }) => token === 'access-2')).toBe(true);
  });

  it('does not happen while the token has most of its life before it', async () => {
    const { client, paths } = await signedIn({ expiresIn: 100 });
    vi.useFakeTimers({ now: Date.now() + 78_000, toFake: ['Date'] });

    await client.me();

    expect(paths()).toEqual(['auth.login', 'auth.me']);
  });

  it('happens when the server calls the token expired; the call is made again, with the same key', async () => {
    const { client, server, state } = await signedIn();
    state.takes = (token) => token === 'access-2';

    await expect(client.assignments.claim({ ticketId: 't' })).resolves.toBe('assignments.claim');

    const claims = server.calls.filter(({ path }) => path === 'assignments.claim');
    expect(claims.map(({ token }) => token)).toEqual(['access-1', 'access-2']);
    expect(claims[0]?.input).toEqual(claims[1]?.input);
  });

  it('is tried once for a call: a server that takes no token at all does not keep it busy', async () => {
    const { client, state, paths } = await signedIn();
    state.takes = () => false;

    await expect(client.me()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(paths()).toEqual(['auth.login', 'auth.me', 'auth.refresh', 'auth.me']);
  });

  it('is repeated when its reply is lost', async () => {
    const { client, state } = await signedIn({ lose: 2 });
    state.takes = (token) => token === 'access-2';

    await expect(client.me()).resolves.toBe('auth.me');
  });

  it('ends the session when the server refuses it, and says why', async () => {
    const { client, state } = await signedIn();
    state.takes = () => false;
    state.revoked = true;

    await expect(client.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

    expect(client.session.get()).toMatchObject({ state: 'signedOut', error: { code: 'UNAUTHENTICATED' } });
    await expect(client.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('does not end the session when the server cannot be reached', async () => {
    const { client, state } = await signedIn({ lose: 99 });
    state.takes = () => false;

    await expect(client.me()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(client.session.get().state).toBe('signedIn');
  });

  it('by another client over the same storage is followed instead of repeated', async () => {
    const storage = memoryStorage();
    const { client, server, state, paths } = await signedIn({}, { storage });
    const other = createClient({ url: server.url, storage });
    state.takes = (token) => token === 'access-2';

    await client.me();
    await other.me();

    expect(paths().filter((path) => path === 'auth.refresh')).toHaveLength(1);
    expect(other.session.get().state).toBe('signedIn');
  });
});

describe('signing out', () => {
  it('ends the session at once and tells the server', async () => {
    const { client, server } = await signedIn();

    const told = client.logout();

    expect(client.session.get()).toEqual({ state: 'signedOut', error: null });
    await told;
    expect(server.calls.at(-1)).toMatchObject({ path: 'auth.logout', token: 'access-1' });
    await expect(client.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('reaches the server also when the access token has expired', async () => {
    const { client, state, paths } = await signedIn();
    state.takes = (token) => token === 'access-2';

    await client.logout({ everywhere: true });

    expect(paths()).toEqual(['auth.login', 'auth.logoutAll', 'auth.refresh', 'auth.logoutAll']);
    expect(client.session.get().state).toBe('signedOut');
  });

  it('forgets a renewal that comes back later', async () => {
    const storage = memoryStorage();
    const { client, state, paths } = await signedIn({}, { storage });
    let open = () => {};
    state.gate = new Promise((resolve) => (open = resolve));
    state.takes = (token) => token === 'access-2' || paths().at(-1) === 'auth.logout';
    const call = client.me().catch(({ code }: BatonError) => code);
    await vi.waitFor(() => expect(paths()).toContain('auth.refresh'), { timeout: 10_000 });

    await client.logout();
    open();

    await expect(call).resolves.toBe('UNAUTHENTICATED');
    expect(storage.load()).toBeNull();
    expect(client.session.get()).toEqual({ state: 'signedOut', error: null });
  });
});
