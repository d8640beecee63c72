import { describe, expect, it, vi } from 'vitest';
import { BatonError, createClient, type ClientOptions } from '../../client-sdk/src/index.js';
import { wireServer, type Answer, type HttpCall } from './wireServer.js';

const quick = { backoff: { baseMs: 10, maxMs: 20 }, token: 'key' } satisfies ClientOptions;

/** Answers with each of these in turn, then with the last for ever. */
const inTurn =
  (...answers: Answer[]) =>
  () =>
    answers.length > 1 ? answers.shift()! : answers[0]!;

const failureOf = async (call: Promise<unknown>): Promise<BatonError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BatonError);
  return error as BatonError;
};

describe('calling', () => {
  it('sends a query with its input and the token, and gives back the reply', async () => {
    const server = await wireServer(() => ({ data: { items: [], nextCursor: null } }));
    const client = createClient({ ...quick, url: server.url });

    const page = await client.tickets.list({ status: ['OPEN'], limit: 5 });

    expect(page).toEqual({ items: [], nextCursor: null });
    expect(server.calls).toEqual([
      { path: 'tickets.list', method: 'GET', input: { status: ['OPEN'], limit: 5 }, token: 'key' },
    ]);
  });

  it('sends the queries of one moment in one request, and each mutation in its own', async () => {
    const server = await wireServer();
    const client = createClient({ ...quick, url: server.url });

    await Promise.all([
      client.projects.get({ key: 'SUP' }),
      client.auth.sessions.list(),
      client.assignments.claim({ ticketId: 'a' }),
      client.assignments.claim({ ticketId: 'b' }),
    ]);

    expect(server.requests.map((url) => url.split('?', 1).join()).toSorted()).toEqual([
      '/trpc/assignments.claim',
      '/trpc/assignments.claim',
      '/trpc/projects.get,auth.sessions.list',
    ]);
  });

  it('keeps a path in front of /trpc', async () => {
    const server = await wireServer();

    await createClient({ ...quick, url: `${server.url}/support/` }).me();

    expect(server.requests).toEqual(['/support/trpc/auth.me?batch=1&input=%7B%7D']);
  });

  it('takes the token from a function before each use', async () => {
    const server = await wireServer();
    let count = 0;
    const client = createClient({ ...quick, url: server.url, token: async () => `key-${++count}` });

    await client.me();
    await client.me();

    expect(server.calls.map(({ token }) => token)).toEqual(['key-1', 'key-2']);
  });

  it('does not start without an address it can use', () => {
    expect(() => createClient({ url: 'ws://localhost' })).toThrow('Not an http(s) address');
  });
});

describe('a call that fails', () => {
  it('rejects with the code, message and details of the server', async () => {
    const server = await wireServer(() => ({ error: 'CONFLICT', details: { holderName: 'Ada' } }));
    const client = createClient({ ...quick, url: server.url });

    const error = await failureOf(client.assignments.claim({ ticketId: 'a' }));

    expect(error).toMatchObject({ code: 'CONFLICT', message: 'It is CONFLICT', details: { holderName: 'Ada' } });
    expect(server.calls).toHaveLength(1);
  });

  it('is made again when the connection is cut, a mutation with the same key', async () => {
    const server = await wireServer(inTurn('cut', 'cut', { data: 'done' }));
    const client = createClient({ ...quick, url: server.url });

    await expect(client.assignments.claim({ ticketId: 'a' })).resolves.toBe('done');

    const keys = server.calls.map(({ input }) => input['idempotencyKey']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{32,36}$/);
  });

  it('is made again when the server says UNAVAILABLE', async () => {
    const server = await wireServer(inTurn({ error: 'UNAVAILABLE' }, { data: 'done' }));

    await expect(createClient({ ...quick, url: server.url }).me()).resolves.toBe('done');
  });

  it('gives each mutation a key of its own, and leaves a given one alone', async () => {
    const server = await wireServer();
    const client = createClient({ ...quick, url: server.url });

    await client.assignments.claim({ ticketId: 'a' });
    await client.assignments.claim({ ticketId: 'a' });
    await client.assignments.claim({ ticketId: 'a', idempotencyKey: 'mine' });
    await client.projects.get({ key: 'SUP' });

    const keys = server.calls.map(({ input }) => input['idempotencyKey']);
    expect(keys[0]).not.toBe(keys[1]);
    expect(keys.slice(2)).toEqual(['mine', undefined]);
  });

  it('gives up after so many attempts, as UNAVAILABLE', async () => {
    const server = await wireServer(() => 'cut');
    const client = createClient({ ...quick, url: server.url, attempts: 3 });

    const error = await failureOf(client.assignments.claim({ ticketId: 'a' }));

    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: 'The server could not be reached.' });
    expect(error.cause).toBeInstanceOf(Error);
    expect(server.calls).toHaveLength(3);
  });

  it('takes a silent server for an unreachable one', async () => {
    const server = await wireServer(inTurn('hang', { data: 'done' }));

    await expect(createClient({ ...quick, url: server.url, timeoutMs: 80 }).me()).resolves.toBe('done');
  });

  it('understands the pages of a proxy', async () => {
    const server = await wireServer(
      inTurn({ status: 502, html: '<h1>Bad gateway</h1>' }, { status: 413, html: '<h1>Too large</h1>' }),
    );
    const client = createClient({ ...quick, url: server.url });

    const error = await failureOf(client.comments.create({ ticketId: 'a', content: 'x' }));

    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', details: { status: 413 } });
    expect(server.calls).toHaveLength(2);
  });

  it('rejects with the reason of its signal, at once, and is not repeated', async () => {
    const server = await wireServer(() => 'hang');
    const client = createClient({ ...quick, url: server.url });
    const controller = new AbortController();
    const reason = new Error('changed my mind');

    const call = client.me({ signal: controller.signal });
    const asked = () => vi.waitFor(() => expect(server.calls).toHaveLength(1), { timeout: 10_000 });
    setTimeout(() => void asked().then(() => controller.abort(reason)));

    await expect(call).rejects.toBe(reason);
    await expect(client.me({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.calls).toHaveLength(1);
  });

  it('stops repeating when it is aborted between two attempts', async () => {
    const server = await wireServer(() => 'cut');
    const client = createClient({ url: server.url, token: 'key', backoff: { baseMs: 60_000, maxMs: 60_000 } });
    const controller = new AbortController();

    const call = client.me({ signal: controller.signal });
    setTimeout(() => controller.abort(), 100);

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('signing out by the server', () => {
  it('leaves an API key alone: the call fails', async () => {
    const server = await wireServer((_call: HttpCall) => ({ error: 'UNAUTHENTICATED' }));

    const error = await failureOf(createClient({ ...quick, url: server.url }).me());

    expect(error.code).toBe('UNAUTHENTICATED');
    expect(server.calls).toHaveLength(1);
  });
});
