import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../contract/limits.js';
import { appRouter } from '../../server/rpc/appRouter.js';
import { newId } from '../../server/kernel/ids.js';
import { aProject, signIn } from '../support/people.js';
import { anApp, type LiveApp } from './anApp.js';
import { plainConnection } from './plainConnection.js';

let app: LiveApp;
let stock: { readonly url: string; readonly close: () => void };
let token: string;
let projectId: string;

beforeAll(async () => {
  app = await anApp('sqlite');
  stock = await aStockServer(app);
  token = (await signIn(app, app.admin)).accessToken;
  projectId = (await aProject(app)).id;
});
afterAll(async () => {
  stock.close();
  await app.close();
});

/** tRPC's own adapter for the same procedures and database. */
async function aStockServer({ deps }: LiveApp): Promise<typeof stock> {
  const tokenOf = (bearer: string | undefined) => /^Bearer (\S+)$/.exec(bearer ?? '')?.[1] ?? null;
  const handle = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    maxBatchSize: limits.batchCalls,
    maxBodySize: limits.httpBodyBytes,
    createContext: ({ req }) => ({ deps, connection: plainConnection('http', tokenOf(req.headers.authorization)) }),
  });
  const server = createServer(handle);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}
interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}
/** Whether the answer says how long it is: tRPC's adapter never does. */
interface Told extends Answer {
  readonly isWhole: boolean;
}

const ask = (base: string, path: string, { method = 'POST', headers, body = '' }: Sent): Promise<Told> =>
  new Promise((resolve, reject) => {
    const isPlain = method === 'POST' && headers?.['transfer-encoding'] === undefined;
    const length = !isPlain ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const type = method === 'GET' ? {} : { 'content-type': 'application/json' };
    const all = { authorization: `Bearer ${token}`, ...type, ...length, ...headers };
    // A path as it is: of an address the client would leave out what follows a #.
    const { hostname, port } = new URL(base);
    const sent = request({ hostname, port, path: `/trpc/${path}`, method, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'],
          body: Buffer.concat(chunks).toString(),
          isWhole: response.headers['content-length'] !== undefined,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

const PLAIN = 'text/plain;charset=UTF-8';

/** What both servers say, which is the same; but theirs says that it is no JSON where it could not read the request. */
async function both(path: string, sent: Sent): Promise<Told> {
  const [{ isWhole, ...own }, theirs] = [await ask(app.http, path, sent), await ask(stock.url, path, sent)];
  expect(theirs.isWhole).toBe(false);
  expect(own).toEqual({
    status: theirs.status,
    type: theirs.type === PLAIN ? 'application/json' : theirs.type,
    body: theirs.body,
  });
  return { ...own, isWhole };
}

const input = (value: unknown): string => `input=${encodeURIComponent(JSON.stringify(value))}`;

describe('a plain call is answered as by tRPC itself', () => {
  const missing = newId();
  const plain: Readonly<Record<string, (own: string) => readonly [string, Sent, number]>> = {
    'a query': () => ['auth.me', { method: 'GET' }, 200],
    'a query with input': (id) => [`projects.get?${input({ projectId: id })}`, { method: 'GET' }, 200],
    'a query of what there is not': () => [`projects.get?${input({ projectId: missing })}`, { method: 'GET' }, 404],
    'a query whose input is no JSON': () => ['projects.get?input=%7B', { method: 'GET' }, 400],
    'a query without the input it wants': () => ['projects.get', { method: 'GET' }, 400],
    'a query that says it is JSON': () => [
      'auth.me',
      { method: 'GET', headers: { 'content-type': 'application/json' } },
      200,
    ],
    'a query of nobody': () => ['auth.me', { method: 'GET', headers: { authorization: '' } }, 401],
    'a batch of queries': (id) => [
      `auth.me,projects.get?batch=1&${input({ 1: { projectId: id } })}`,
      { method: 'GET' },
      200,
    ],
    'a batch in which one fails': () => [
      `auth.me,projects.get?batch=1&${input({ 1: { projectId: missing } })}`,
      { method: 'GET' },
      207,
    ],
    'a batch in which all fail alike': () => [
      `projects.get,projects.get?batch=1&${input({ 0: { projectId: missing }, 1: { projectId: missing } })}`,
      { method: 'GET' },
      404,
    ],
    'a batch of one': () => ['auth.me?batch=1', { method: 'GET' }, 200],
    'a batch with a list as input': () => [`auth.me,auth.me?batch=1&${input([1, 2])}`, { method: 'GET' }, 400],
    'a batch with null as input': () => [`auth.me,auth.me?batch=1&input=null`, { method: 'GET' }, 400],
    'a mutation that refuses its input': () => ['tickets.create', { body: '{"title":""}' }, 400],
    'a mutation whose body is no JSON': () => ['tickets.create', { body: '{"title":' }, 400],
    'a mutation whose body is empty': () => ['tickets.create', { body: '' }, 400],
    'a mutation whose body is null': () => ['tickets.create', { body: 'null' }, 400],
    'a mutation whose body has a byte order mark': () => ['tickets.create', { body: '\uFEFF{"title":7}' }, 400],
    'a mutation that is nested too deep': () => [
      'tickets.create',
      { body: `${'['.repeat(500)}${']'.repeat(500)}` },
      400,
    ],
    'a mutation with a charset': () => [
      'tickets.create',
      { body: '{}', headers: { 'content-type': 'Application/JSON; charset=utf-8' } },
      400,
    ],
    'a mutation of nobody': () => ['tickets.create', { body: '{}', headers: { authorization: '' } }, 401],
    'a batch of mutations': () => [
      'tickets.update,comments.create?batch=1',
      { body: JSON.stringify({ 0: { ticketId: missing, patch: { title: 'x' } }, 1: {} }) },
      207,
    ],
    'a batch of mutations whose body is no JSON': () => ['tickets.update,comments.create?batch=1', { body: ']' }, 400],
    'a batch of mutations without a body': () => ['tickets.update,comments.create?batch=1', { body: '' }, 400],
  };
  it.each(Object.keys(plain))('%s', async (name) => {
    const [path, sent, status] = plain[name]?.(projectId) ?? ['', {}, 0];
    const told = await both(path, sent);

    expect(told).toMatchObject({ status, isWhole: true });
  });

  it('a mutation that is done', async () => {
    const body = JSON.stringify({ projectId, title: 'Once, 数据库', idempotencyKey: newId() });
    const told = await both('tickets.create', { body });

    expect(told).toMatchObject({ status: 200, isWhole: true });
    expect(JSON.parse(told.body).result.data.title).toBe('Once, 数据库');
  });
});

it('a caller that leaves in the middle of its body holds up nobody', async () => {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  process.on('unhandledRejection', onError);
  const { hostname, port } = new URL(app.http);
  const socket = connect(Number(port), hostname);
  const head = [
    'POST /trpc/tickets.create HTTP/1.1',
    'host: here',
    'content-type: application/json',
    'content-length: 99',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n{"title":`);
  await setTimeout(100);
  socket.destroy();
  await setTimeout(100);
  process.off('unhandledRejection', onError);

  expect(errors).toEqual([]);
  expect((await both('auth.me', { method: 'GET' })).status).toBe(200);
});

describe('what is out of the ordinary is left to tRPC', () => {
  const others: Readonly<Record<string, readonly [string, Sent]>> = {
    'a procedure that there is not': ['tickets.nothing', { method: 'GET' }],
    'what every object has': ['constructor', { method: 'GET' }],
    'a mutation by GET': ['tickets.create', { method: 'GET' }],
    'a query by POST': ['auth.me', { body: '{}' }],
    'a batch of both': ['auth.me,tickets.create?batch=1', { method: 'GET' }],
    'a batch that is too large': [
      `${Array(limits.batchCalls + 1)
        .fill('auth.me')
        .join(',')}?batch=1`,
      { method: 'GET' },
    ],
    'another type of body': ['tickets.create', { body: 'a=b', headers: { 'content-type': 'text/plain' } }],
    'a body of unknown length': ['tickets.create', { body: '{}', headers: { 'transfer-encoding': 'chunked' } }],
    'a query with a body': ['auth.me', { method: 'GET', body: '{}', headers: { 'content-length': '2' } }],
    'a query that says it is a form': [
      'auth.me',
      { method: 'GET', headers: { 'content-type': 'multipart/form-data' } },
    ],
    'an address with a fragment': ['auth.me?batch=1#x', { method: 'GET' }],
    'an address with signs that are spelt': ['auth%2Eme', { method: 'GET' }],
  };
  it.each(Object.keys(others))('%s', async (name) => {
    const [path, sent] = others[name] ?? ['', {}];
    expect((await both(path, sent)).isWhole).toBe(false);
  });

  it('answers that come line by line', async () => {
    const told = await both('auth.me?batch=1', { method: 'GET', headers: { 'trpc-accept': 'application/jsonl' } });
    expect(told).toMatchObject({ status: 200, isWhole: false });
  });
});
