import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import {
  createClient,
  type BatonClient,
  type TicketsQuery,
  type TicketsStream,
} from '../../../client-sdk/src/index.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Subscription } from '../history/lines.js';
import type { Cast, Person } from '../stage/setUp.js';
import { Recording } from './recording.js';
import { kinds, type KindName } from './subscribers.js';
import type { Target } from './writer.js';

/** How many followers of the hot project of each kind there are, and how many lists are kept live. */
export interface Seats {
  readonly project: Readonly<Partial<Record<KindName, number>>>;
  readonly lists: number;
}
interface Hall {
  readonly cast: Cast;
  readonly targets: readonly Target[];
  readonly history: HistoryWriter;
  readonly epoch: string;
  readonly seed: number;
}
interface LiveList {
  readonly stream: TicketsStream;
  readonly client: BatonClient;
  readonly query: Query;
}

type Query = TicketsQuery & { readonly limit: number };

const BEGIN_MS = 30_000;
const queries: readonly Query[] = [
  { status: ['OPEN', 'IN_PROGRESS'], sort: { by: 'priority', dir: 'desc' }, limit: 100 },
  { unassigned: true, sort: { by: 'updatedAt', dir: 'desc' }, limit: 100 },
  { priority: ['HIGH', 'URGENT'], sort: { by: 'createdAt', dir: 'asc' }, limit: 20 },
];

/** Everybody who follows. */
export class Audience {
  private readonly recordings: Recording[] = [];
  private readonly open: { close(): void }[] = [];
  private readonly lists: LiveList[] = [];
  private count = 0;

  constructor(
    private readonly hall: Hall,
    seats: Seats,
  ) {
    const { cast } = hall;
    const { hot, side } = cast;
    for (const [kind, number] of Object.entries(seats.project))
      for (let nth = 0; nth < number; nth++) this.followProject(kind as KindName, pickOf(cast.watchers, nth), hot);
    this.followProject('steady', pickOf(cast.watchers, 0), side);
    for (const person of cast.customers) this.followProject('hopping', person, hot);
    for (const person of cast.leavers) this.followProject('steady', person, hot);
    for (const person of cast.writers.slice(0, 2)) this.followFeed('steady', person);
    for (let nth = 0; nth < seats.lists; nth++) this.keepList(nth);
  }

  get subscriptions(): Subscription[] {
    return this.recordings.map(({ subscription }) => subscription);
  }

  private followProject(kind: KindName, person: Person, projectId: string): void {
    const isStaff = !this.hall.cast.customers.includes(person);
    this.follow(kind, person, 'live.project', { projectId }, `project:${projectId}`, isStaff);
  }

  private followFeed(kind: KindName, person: Person): void {
    this.follow(kind, person, 'live.me', {}, `user:${person.id}`, true);
  }

  private follow(
    kind: KindName,
    person: Person,
    path: 'live.project' | 'live.me',
    input: object,
    stream: string,
    isStaff: boolean,
  ): void {
    const { targets, history, epoch, seed } = this.hall;
    const nth = ++this.count;
    const sub = `${kind}-${nth}`;
    const subscription = { sub, kind, person: person.id, follows: stream, stream, isStaff, from: 0 };
    const recording = new Recording(subscription, history);
    this.recordings.push(recording);
    const urls = targets.map(({ url }) => url);
    const url = pickOf(urls, nth);
    const about = { path, input, cursor: `${epoch}.0`, token: person.token, url, urls, seed: seed + nth };
    this.open.push(kinds[kind](about, recording));
  }

  private keepList(nth: number): void {
    const { targets, cast } = this.hall;
    const { url } = pickOf(targets, nth);
    const { token } = pickOf(cast.watchers, nth);
    const heartbeat = { intervalMs: 1_000, timeoutMs: 1_500 };
    const client = createClient({ url, token, WebSocket, backoff: { baseMs: 100, maxMs: 500 }, heartbeat });
    const query = { projectId: cast.hot, ...pickOf(queries, nth) };
    this.lists.push({ stream: client.live.tickets(query, { onChange: () => undefined }), client, query });
    this.open.push(client);
  }

  /** Resolves when all have been told of everything there was. */
  async ready(): Promise<void> {
    const deadline = performance.now() + BEGIN_MS;
    while (this.recordings.some(({ isReady, hasEnded }) => !isReady && !hasEnded)) {
      if (performance.now() > deadline) {
        const late = this.recordings.filter(({ isReady }) => !isReady).map(({ subscription }) => subscription.sub);
        throw new Error(`not ready: ${late.join(', ')}`);
      }
      await sleep(20);
    }
  }

  /** Resolves when all that may see the last events have them, or when they had their time. */
  async reaches(heads: Readonly<Record<string, number>>, ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    const isBehind = ({ subscription: { stream, isStaff }, reached, hasEnded }: Recording) =>
      isStaff && !hasEnded && reached < (heads[stream] ?? 0);
    while (this.recordings.some(isBehind) && performance.now() < deadline) await sleep(20);
    // Customers are told of fewer events, lists of none: nobody knows when they have all.
    await sleep(1_000);
  }

  /** Each live list against the answer of the same query, for so long: a connection may be on its way back. @returns what differs. */
  async compareLists(ms: number): Promise<string[]> {
    const deadline = performance.now() + ms;
    let wrong = await Promise.all(this.lists.map(differenceOf));
    for (; wrong.some((one) => one !== null) && performance.now() < deadline; await sleep(200))
      wrong = await Promise.all(this.lists.map(differenceOf));
    return wrong.flatMap((what, nth) => (what === null ? [] : `live list ${nth + 1} ${what}`));
  }

  close(): void {
    for (const one of this.open) one.close();
  }
}

async function differenceOf({ stream, client, query }: LiveList): Promise<string | null> {
  try {
    const { items } = await client.tickets.list({ ...query, limit: 200 });
    const isEqual = isDeepStrictEqual(stream.tickets?.items, items.slice(0, query.limit));
    return isEqual ? null : `holds other rows than its query gives: ${JSON.stringify(query)}`;
  } catch (error) {
    return `cannot be compared: ${String(error)}`;
  }
}

function pickOf<Item>(items: readonly Item[], nth: number): Item {
  const item = items[nth % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
