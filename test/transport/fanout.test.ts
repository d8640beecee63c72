import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { append, oneTo, until } from '../realtime/liveWorld.js';
import { aProject, signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { anApp, type LiveApp } from './anApp.js';

const SOCKETS = 4;
const PLACES = 2;
type Step =
  | { do: 'append'; count: number; bytes: number }
  | { do: 'subscribe' | 'stop'; socket: number; place: number }
  | { do: 'call' | 'cut' | 'pause' | 'resume'; socket: number }
  | { do: 'expire' }
  | { do: 'wait'; ms: number };

const socket = { socket: fc.nat(SOCKETS - 1) };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 90 }),
      bytes: fc.constantFrom(10, 10, 10, 20_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('subscribe' as const, 'subscribe' as const, 'stop' as const),
      ...socket,
      place: fc.nat(PLACES - 1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('call' as const, 'cut' as const, 'pause' as const, 'resume' as const),
      ...socket,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(15) }) },
);

/** A subscription over any number of connections: keeps what it was sent and its cursor. */
class Place {
  readonly seqs: number[] = [];
  id: number | null = null;
  constructor(public cursor: string) {}
}

/** A client with several subscriptions of one project on its socket, and calls between them. */
class Client {
  readonly places: Place[];
  readonly strange: string[] = [];
  unanswered = 0;
  private ws: WebSocket | null = null;
  private opening: Promise<WebSocket> | null = null;
  private lastId = 0;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly projectId: string,
    start: string,
  ) {
    this.places = Array.from({ length: PLACES }, () => new Place(start));
  }

  async subscribe(place: number): Promise<void> {
    const { projectId } = this;
    const one = this.places[place]!;
    const ws = await this.open();
    if (one.id !== null || ws !== this.ws) return;
    one.id = ++this.lastId;
    const params = { path: 'live.project', input: { projectId }, lastEventId: one.cursor };
    ws.send(JSON.stringify({ id: one.id, method: 'subscription', params }));
  }
  stop(place: number): void {
    const { id } = this.places[place]!;
    if (id !== null) this.ws?.send(JSON.stringify({ id, method: 'subscription.stop' }));
  }
  async call(): Promise<void> {
    const ws = await this.open();
    if (ws !== this.ws) return;
    this.unanswered++;
    ws.send(JSON.stringify({ id: ++this.lastId, method: 'query', params: { path: 'auth.me' } }));
  }
  cut(): void {
    const { ws } = this;
    this.ws = null;
    this.opening = null;
    ws?.terminate();
    this.lastId = 0;
    this.unanswered = 0;
    for (const place of this.places) place.id = null;
  }
  pause = () => this.ws?.pause();
  resume = () => this.ws?.resume();

  private open(): Promise<WebSocket> {
    return (this.opening ??= this.connect());
  }

  private async connect(): Promise<WebSocket> {
    const ws = new WebSocket(`${this.url}?connectionParams=1`);
    this.ws = ws;
    ws.on('message', (data: Buffer) => this.ws === ws && this.hear(JSON.parse(data.toString()) as never));
    ws.on('error', () => undefined);
    ws.once('close', () => this.ws === ws && this.cut());
    await once(ws, 'open');
    ws.send(JSON.stringify({ method: 'connectionParams', data: { token: this.token } }));
    return ws;
  }

  private hear(frame: { id: number; result?: { type: string; id?: string; data?: any }; error?: object }): void {
    const place = this.places.find(({ id }) => id === frame.id);
    const { type, id: cursor, data } = frame.result ?? {};
    if (!place && type === 'data' && cursor === undefined) this.unanswered--;
    else if (place && type === 'stopped') place.id = null;
    else if (place && type === 'data' && data.data.kind !== 'resync') {
      place.cursor = cursor!;
      if (data.data.kind === 'event') place.seqs.push(data.data.seq);
    } else if (type !== 'started') this.strange.push(JSON.stringify(frame).slice(0, 300));
  }
}

const appendLarge = (app: LiveApp, projectId: string, count: number, bytes: number) =>
  inUnitOfWork(app.deps, { actor: app.admin, procedure: 'test.append', input: {} }, async ({ record }) => {
    const { seq } = await record.number(projectId, { events: count });
    const payload = { project: { name: 'x'.repeat(bytes) }, changes: {} } as never;
    const event = {
      projectId,
      type: 'project.updated',
      ticketId: null,
      audience: 'PROJECT',
      reporterId: null,
    } as const;
    for (let nth = 0; nth < count; nth++) record.append({ ...event, seq: seq + nth, payload });
  });

describeEachDialect('writes, subscriptions, calls and cuts in any order', (dialect) => {
  let app: LiveApp;
  let token: string;
  let start: string;
  beforeAll(async () => {
    app = await anApp(dialect);
    token = (await signIn(app, app.admin)).accessToken;
    start = formatCursor(await new EventLog(app.db).epoch(), 0);
  });
  afterAll(() => app.close());

  const run = async (steps: readonly Step[]) => {
    const { id } = await aProject(app);
    const clients = Array.from({ length: SOCKETS }, () => new Client(app.ws, token, id, start));
    const expiry = { kind: 'user' as const, id: app.admin.userId, seq: 1_000_000 };
    const writes: Promise<unknown>[] = [];
    for (const each of steps) {
      if (each.do === 'append') writes.push(appendLarge(app, id, each.count, each.bytes));
      else if (each.do === 'expire') app.deps.hub.wake([expiry]);
      else if (each.do === 'wait') await new Promise((resolve) => setTimeout(resolve, each.ms));
      else if (each.do === 'subscribe' || each.do === 'stop') await clients[each.socket]?.[each.do](each.place);
      else await clients[each.socket]?.[each.do]();
    }
    await Promise.all(writes);
    const last = await append(app, id);
    const describe = () => clients.map(({ places, strange }) => [places.map(({ seqs }) => seqs.at(-1)), strange, last]);
    const places = clients.flatMap((client) => client.places);
    await until(
      () => {
        clients.forEach((client) => {
          client.resume();
          for (let place = 0; place < PLACES; place++) void client.subscribe(place);
        });
        return places.every(({ seqs }) => seqs.at(-1) === last) && clients.every((client) => client.unanswered === 0);
      },
      10_000,
      describe,
    );
    clients.forEach((client) => client.cut());
    for (const { seqs } of places) expect(seqs).toEqual(oneTo(last));
    expect(clients.flatMap(({ strange }) => strange)).toEqual([]);
  };

  it('give every subscription of every socket the events 1 to N, each once and in order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), run), { numRuns: 20 });
  }, 120_000);
});
