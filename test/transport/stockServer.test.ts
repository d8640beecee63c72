import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { limits } from '../../contract/limits.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { appRouter } from '../../server/rpc/appRouter.js';
import { append, until } from '../realtime/liveWorld.js';
import { anAgent, aProject, signIn } from '../support/people.js';
import { parsed } from '../support/ticketWorld.js';
import { anApp, type LiveApp } from './anApp.js';
import { plainConnection } from './plainConnection.js';

/** tRPC's own server for the same procedures, database and streams. */
async function aStockServer({ deps }: LiveApp): Promise<{ url: string; close: () => void }> {
  const wss = new WebSocketServer({ noServer: true });
  const serve = getWSConnectionHandler({
    wss,
    router: appRouter,
    maxBatchSize: limits.batchCalls,
    createContext: ({ info }) => ({
      deps,
      connection: plainConnection('ws', info.connectionParams?.['token'] ?? null),
    }),
  });
  const http = createServer().on('upgrade', (request, socket, head) =>
    wss.handleUpgrade(request, socket, head, (ws) => serve(ws, request)),
  );
  await once(http.listen(0, '127.0.0.1'), 'listening');
  return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/trpc`, close: () => void http.close() };
}

/** A client that keeps every frame as it came. */
class Ear {
  readonly heard: string[] = [];
  readonly closed: Promise<unknown>;
  private constructor(private readonly ws: WebSocket) {
    ws.on('message', (data: Buffer, isBinary: boolean) =>
      this.heard.push(`${isBinary ? 'binary ' : ''}${data.toString()}`),
    );
    this.closed = once(ws, 'close');
  }
  static async on(url: string, hello?: unknown): Promise<Ear> {
    const ws = new WebSocket(hello === undefined ? url : `${url}?connectionParams=1`);
    const ear = new Ear(ws);
    await once(ws, 'open');
    if (hello !== undefined) ws.send(typeof hello === 'string' ? hello : JSON.stringify(hello));
    return ear;
  }
  say(message: unknown): void {
    this.ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }
  /** What comes after `message` was sent: so many frames, and none besides. */
  async answersTo(message: unknown, count: number): Promise<string[]> {
    const before = this.heard.length;
    this.say(message);
    await until(
      () => this.heard.length >= before + count,
      5_000,
      () => this.heard.slice(before),
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    return this.heard.slice(before);
  }
  close(): void {
    this.ws.terminate();
  }
}

let app: LiveApp;
let stock: { url: string; close: () => void };
let token: string;
let projectId: string;
let start: string;
const me = (id: unknown, more: object = {}) => ({ id, method: 'query', params: { path: 'auth.me' }, ...more });
const follow = (id: unknown, params: object = {}) => ({
  id,
  method: 'subscription',
  params: { path: 'live.project', input: { projectId }, ...params },
});
const stop = (id: unknown) => ({ id, method: 'subscription.stop' });

beforeAll(async () => {
  app = await anApp('sqlite');
  stock = await aStockServer(app);
  token = (await signIn(app, app.admin)).accessToken;
  projectId = (await aProject(app)).id;
  start = formatCursor(await new EventLog(app.db).epoch(), 0);
});
afterAll(async () => {
  stock.close();
  await app.close();
});

/** What both servers say to the same client, ours first. */
async function both(steps: readonly (readonly [message: unknown, frames: number])[], hello?: unknown) {
  const told: string[][] = [];
  for (const url of [app.ws, stock.url]) {
    const ear = await Ear.on(url, hello ?? { method: 'connectionParams', data: { token } });
    const heard: string[] = [];
    for (const [message, frames] of steps) heard.push(...(await ear.answersTo(message, frames)));
    ear.close();
    told.push(heard);
  }
  return told as [string[], string[]];
}

describe('byte for byte as the stock server', () => {
  it.each<[string, unknown, number]>([
    ['a query', me(1), 1],
    ['a query of a client that says jsonrpc and counts in words', me('se"ven', { jsonrpc: '2.0' }), 1],
    ['a batch', [me(1), me(2, { method: 'mutation' })], 2],
    [
      'a batch that is too large',
      [...Array.from({ length: 20 }, (_, id) => me(id)), stop(3), me('x', { jsonrpc: '2.0' })],
      21,
    ],
    ['a batch that is too large and names nobody', Array.from({ length: 21 }, () => 1), 1],
    ['an empty batch', [], 0],
    ['a batch of which one part is no call', [me(1), { id: 2 }], 1],
    ['a procedure that does not exist', { id: 1, method: 'query', params: { path: 'no.such' } }, 1],
    ['a procedure of another type', { ...follow(1), method: 'query' }, 1],
    ['a subscription to what is a query', { ...me(1), method: 'subscription' }, 1],
    ['bad input', { id: 1, method: 'query', params: { path: 'projects.get', input: { projectId: 7 } } }, 1],
    [
      'input that is too deep',
      follow(1, { input: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] }),
      1,
    ],
    ['a project that is not there', follow(1, { input: { projectId: '0198f0a0-0000-7000-8000-000000000000' } }), 1],
    ['no id', me(null), 1],
    ['another version of jsonrpc', me(1, { jsonrpc: '1.0' }), 1],
    ['no params', { id: 1, method: 'query' }, 1],
    ['a method that is none', me(1, { method: 'subscribe' }), 1],
    ['a number', '42', 1],
    ['no JSON', '{"id":1,', 1],
    ['a frame that is not text', Buffer.from(JSON.stringify(me(1))), 1],
    ['a ping', 'PING', 1],
    ['a pong', 'PONG', 0],
    ['a stop of nothing', stop(1), 0],
  ])('answers %s', async (_, message, frames) => {
    const [ours, theirs] = await both([[message, frames]]);

    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(frames);
  });

  it.each<[string, unknown]>([
    ['are no JSON', '{'],
    ['are an array', []],
    ['are not text', { method: 'connectionParams', data: { token: 7 } }],
  ])('refuses parameters that %s, and then the socket', async (_, hello) => {
    const told: string[][] = [];
    for (const url of [app.ws, stock.url]) {
      const ear = await Ear.on(url, hello);
      ear.say(me(1));
      await ear.closed;
      told.push(ear.heard);
    }

    expect(told[0]).toEqual(told[1]);
    expect(told[0]?.length).toBeGreaterThan(0);
  });

  it('takes a token that is missing, and one that is not any good', async () => {
    for (const data of [null, {}, { token: 'bad' }]) {
      const [ours, theirs] = await both(
        [
          [me(1), 1],
          [follow(2), 1],
        ],
        { method: 'connectionParams', data },
      );
      expect(ours).toEqual(theirs);
    }
  });

  it('follows from a cursor, says stopped, and takes the id again', async () => {
    for (const title of ['Short', 'ü "\u2028" '.repeat(40), 'x'.repeat(500)])
      for (const length of [1, 100, 19_000]) {
        const description = 'ä\\'.repeat(length / 2);
        await createTicket(app.deps, app.admin, parsed(CreateTicketInput, { projectId, title, description }));
      }
    // One event is the project's own; `started` and `ready`.
    const frames = 9 + 1 + 2;
    const [ours, theirs] = await both([
      [follow(1, { lastEventId: start }), frames],
      [stop(1), 1],
      [follow(1, { input: { projectId, lastEventId: start } }), frames],
      [follow(1), 1],
      [[stop(1), follow('a"b', { lastEventId: start, jsonrpc: '2.0' }), me(4)], frames + 2],
      [{ ...follow('7', { lastEventId: start }), jsonrpc: '2.0' }, frames],
      [follow(8, { lastEventId: 'nonsense' }), 3],
      [{ id: 9, method: 'subscription', params: { path: 'live.me', lastEventId: 'x' } }, 3],
    ]);

    expect(ours.toSorted()).toEqual(theirs.toSorted());
    expect(ours.slice(0, 2 * frames + 1)).toEqual(theirs.slice(0, 2 * frames + 1));
  });

  it('tells what is new, in groups small and large, and the end of access', async () => {
    const ann = await anAgent(app, 'Ann');
    const { id } = await aProject(app, { members: [ann] });
    const { accessToken } = await signIn(app, ann);
    const hello = { method: 'connectionParams', data: { token: accessToken } };
    const ears = await Promise.all(Array.from({ length: 6 }, (_, nth) => Ear.on(nth < 5 ? app.ws : stock.url, hello)));
    const namesOf = (nth: number) => (nth === 4 ? ['own', 1, 2] : [1, 2]);
    ears.forEach((ear, nth) => namesOf(nth).forEach((name) => ear.say(follow(name, { input: { projectId: id } }))));
    await until(() => ears.every((ear, nth) => ear.heard.length === 2 * namesOf(nth).length));

    await append(app, id);
    await append(app, id, 90);
    await append(app, id);
    const frames = 2 + 92;
    const complete = (ear: Ear, nth: number) => ear.heard.length === namesOf(nth).length * frames;
    await until(
      () => ears.every(complete),
      5_000,
      () => ears.map(({ heard }) => heard.length),
    );
    await removeMember(app.deps, app.admin, { projectId: id, userId: ann.userId });
    await until(() =>
      ears.every((ear, nth) => ear.heard.filter((text) => text.includes('stopped')).length === namesOf(nth).length),
    );
    ears.forEach((ear) => ear.close());

    const of = (ear: Ear, name: unknown) =>
      ear.heard.filter((text) => text.startsWith(`{"id":${JSON.stringify(name)},`));
    const theirs = ears[5]!;
    expect(of(theirs, 1)).toHaveLength(frames + 2);
    for (const ear of ears.slice(0, 5)) for (const name of [1, 2]) expect(of(ear, name)).toEqual(of(theirs, name));
    expect(of(ears[4]!, 'own')).toEqual(of(theirs, 1).map((text) => text.replace('{"id":1,', '{"id":"own",')));
  });
});
