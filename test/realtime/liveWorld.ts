import type { FeedItem, ProjectItem } from '../../contract/live.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { loadAccessFacts } from '../../server/features/auth/accessFacts.js';
import { queryReader } from '../../server/features/tickets/ticketWindow.queries.js';
import { createLogger } from '../../server/kernel/logger.js';
import type { Actor } from '../../server/kernel/actor.js';
import { memoryBus } from '../../server/realtime/busMemory.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { Follow } from '../../server/realtime/follow.js';
import type { FollowRequest } from '../../server/realtime/followSource.js';
import { Hub, type HubOptions } from '../../server/realtime/hub.js';
import type { Delivery, Sink } from '../../server/realtime/sink.js';
import { Turns } from '../../server/realtime/turns.js';
import { LiveSubscription } from '../../server/rpc/liveSubscription.js';
import type { Deps } from '../../server/features/deps.js';
import type { Dialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

export type Item = ProjectItem | FeedItem;
export interface Received {
  readonly cursor: string;
  readonly item: Item;
}

interface HubSettings extends Partial<Pick<HubOptions, 'bus' | 'pollMs' | 'log' | 'heads' | 'loadFacts' | 'observer'>> {
  /** How many writes make a turn: with few, more can happen between two of them. */
  readonly units?: number;
  readonly queries?: Partial<HubOptions['queries']>;
}

/** A hub on the world's database: one more node. */
export const aHub = (
  { db }: Pick<Deps, 'db'>,
  { bus = memoryBus(), log, loadFacts, units, queries, ...settings }: HubSettings = {},
): Hub =>
  new Hub({
    log: log ?? new EventLog(db),
    bus,
    loadFacts: loadFacts ?? ((userIds) => loadAccessFacts(db, userIds)),
    queries: { reader: queryReader(db), ...queries },
    logger: createLogger('silent'),
    turns: new Turns(units),
    ...settings,
  });

/** A world whose commands wake the hub of its first node. */
export const aLiveWorld = (dialect: Dialect, settings: HubSettings = {}): Promise<World> =>
  aWorld(dialect, { hub: (parts) => aHub(parts, settings) });

/** Appends `count` events that everybody in the project may see, in one unit of work. */
export function append(
  world: World,
  projectId: string,
  count = 1,
  to: { audience?: 'TEAM' | 'REPORTER' | 'PROJECT'; reporterId?: string } = {},
) {
  const { audience = 'PROJECT', reporterId = null } = to;
  const call = { actor: world.admin, procedure: 'test.append', input: {} };
  return inUnitOfWork(world.deps, call, async ({ record }) => {
    const { seq } = await record.number(projectId, { events: count });
    for (let nth = 0; nth < count; nth++) {
      const payload = { project: { id: projectId, name: `change ${seq + nth}` }, changes: {} } as never;
      record.append({
        seq: seq + nth,
        projectId,
        type: 'project.updated',
        ticketId: null,
        audience,
        reporterId,
        payload,
      });
    }
    return seq + count - 1;
  });
}

type Open = (request: FollowRequest) => Follow;

/** A subscriber that keeps what it was sent: by iterating, or as a socket does. */
export class Tap implements Sink {
  readonly isBuffered = true;
  readonly waitingBytes = 0;
  readonly received: Received[] = [];
  error: unknown = null;
  private readonly controller = new AbortController();
  private readonly running: Promise<void>;
  private gate: Promise<void> | null = null;
  private openGate = () => {};
  private tellEnd = () => {};

  /** How many items came in one go with others, or were sent to several. */
  shared = 0;

  constructor(viewer: Pick<Actor, 'userId' | 'sessionId'>, open: Open, lastEventId?: string, isSocket = false) {
    const { signal } = this.controller;
    const follow = open({ viewer, lastEventId });
    const stream = new LiveSubscription<Item>(follow, this, signal, () => undefined);
    this.running = isSocket ? new Promise((resolve) => (this.tellEnd = resolve)) : this.read(stream);
    if (isSocket) stream.begin(this);
  }

  get isFull(): boolean {
    return this.gate !== null;
  }
  onDrain(resume: () => void): void {
    void this.gate?.then(resume);
  }
  discardQueue(): void {}
  write({ items, readers }: Delivery, from: number): void {
    for (const { cursor, item } of items.slice(from)) this.received.push({ cursor, item: item as Item });
    if (items.length > 1 || readers > 1) this.shared += items.length - from;
  }
  end(error: unknown): void {
    this.error = error;
    this.tellEnd();
  }

  private async read(stream: LiveSubscription<Item>): Promise<void> {
    try {
      for await (const [cursor, item] of stream) this.received.push({ cursor, item });
    } catch (error) {
      this.error = error;
    }
  }

  get items(): Item[] {
    return this.received.map(({ item }) => item);
  }
  get seqs(): number[] {
    return this.items.filter(({ kind }) => kind === 'event').map(({ seq }) => seq);
  }
  get cursor(): string | undefined {
    return this.received.at(-1)?.cursor;
  }

  /** Plays a socket whose buffer is full. */
  pause(): void {
    this.gate = new Promise((resolve) => (this.openGate = resolve));
  }
  resume(): void {
    this.gate = null;
    this.openGate();
  }

  async stop(): Promise<void> {
    this.resume();
    this.controller.abort();
    await this.running;
  }
  /** Resolves when the stream ended by itself. */
  ended(): Promise<void> {
    return this.running;
  }
}

export const followProject = (
  hub: Hub,
  viewer: Pick<Actor, 'userId' | 'sessionId'>,
  projectId: string,
  lastEventId?: string,
  isSocket?: boolean,
) => new Tap(viewer, (request) => hub.followProject(projectId, request), lastEventId, isSocket);
export const followFeed = (hub: Hub, viewer: Pick<Actor, 'userId' | 'sessionId'>, lastEventId?: string) =>
  new Tap(viewer, (request) => hub.followFeed(request), lastEventId);

/** How much of the patience one look may cost: a machine that stood still for seconds is not the condition's fault. */
const LOOK_MS = 250;

/** Waits until the condition holds; fails after `ms` with what it looked like. */
export async function until(condition: () => boolean, ms = 15_000, describe: () => unknown = () => ''): Promise<void> {
  for (let waited = 0; !condition();) {
    if (waited > ms) throw new Error(`not within ${ms} ms: ${JSON.stringify(describe())}`);
    const looked = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    waited += Math.min(performance.now() - looked, LOOK_MS);
  }
}

export const oneTo = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth + 1);
