import { setTimeout as sleep } from 'node:timers/promises';
import { batcher } from '../../kernel/batcher.js';
import type { Logger } from '../../kernel/logger.js';
import { repeat } from '../../kernel/repeat.js';
import { isTransient } from '../databaseErrors.js';
import type { RunStatement } from '../statement.js';
import { identity, primaryEpoch, primaryPlace, type Place } from './place.js';
import { Behind, Replica, type ReplicaServer } from './replica.js';

/** How long a read waits for a replica before it goes to the primary: some times what a reply of the network takes. */
const WAIT_MS = 25;
/** How often each is looked at. */
const LOOK_MS = 500;

/** Where reads went, and why. */
export interface ReadCounts {
  replica: number;
  /** No replica had come far enough, or none is there. */
  primary: number;
  /** It broke off at a replica and was done again. */
  again: number;
}

export interface ReplicaState {
  readonly name: string;
  readonly state: Replica['state'];
  readonly lagBytes: number;
  readonly reads: number;
}

/** Where to read, and what it must have. */
export interface Found {
  readonly replica: Replica;
  readonly place: Place;
}

interface Parts {
  readonly servers: readonly ReplicaServer[];
  /** At the primary, answered within a second or failed. */
  readonly promptly: RunStatement;
  readonly log: Logger;
}

/**
 * The replicas of one process. A read may be answered by one that has all that was acknowledged before the read was asked for, by
 * any node and to anybody: then nobody can tell it from the primary. To know that, the primary is asked for its place in the log,
 * once for all that ask at about the same time; a replica that has not come so far within {@link WAIT_MS} is left out until it
 * keeps up again.
 * @see docs/adr/038-replicas.md
 */
export class Replicas {
  readonly counts: ReadCounts = { replica: 0, primary: 0, again: 0 };
  private readonly replicas: readonly Replica[];
  /** Null: nobody has read yet. */
  private stopLooking: (() => void) | null = null;
  private turn = 0;
  /** Asked after whoever calls: what was acknowledged to anybody until then lies before it. */
  private readonly placeNow: (key: string) => Promise<Place>;

  constructor(private readonly parts: Parts) {
    this.replicas = parts.servers.map((server) => new Replica(server));
    this.placeNow = batcher(async () => {
      const [row] = await parts.promptly<{ place: string }>(primaryPlace, []);
      return Number(row?.place);
    });
  }

  get states(): ReplicaState[] {
    this.startLooking();
    return this.replicas.map(({ server: { name }, state, lagBytes, reads }) => ({ name, state, lagBytes, reads }));
  }

  /** How far a replica must have come for a read that is asked for now. Null: none is of use. */
  place(): Promise<Place> | null {
    this.startLooking();
    if (!this.replicas.some(({ state }) => state === 'ready')) return null;
    const place = this.placeNow('');
    place.catch(() => undefined);
    return place;
  }

  /** One that has come to this place; null: the primary has to answer. */
  async at(asked: Promise<Place> | null): Promise<Found | null> {
    const place = await asked?.catch(() => null);
    if (place === null || place === undefined) return null;
    const ready = this.replicas.filter(({ state }) => state === 'ready');
    const replica = ready[this.turn++ % ready.length];
    if (!replica) return null;
    if (await replica.comesTo(place, WAIT_MS)) return { replica, place };
    if (replica.state === 'ready') this.tell(replica, 'behind');
    return null;
  }

  /** A read broke off at this one. It is done again at the primary, so only what concerns the server counts. */
  broke(replica: Replica, error: unknown): void {
    this.counts.again++;
    if (error instanceof Behind) {
      replica.reached(error.place);
      if (replica.state === 'ready') this.tell(replica, 'behind');
      return;
    }
    // A recovery that had to go on cancels the reads in its way: no fault of the server.
    const code = (error as { code?: string }).code ?? '';
    if (isTransient(error) && code !== '40001' && replica.state !== 'down') {
      replica.fail(error);
      this.tell(replica, 'down');
    } else if (!isTransient(error))
      this.parts.log.warn({ replica: replica.server.name, error: String(error) }, 'a read failed at a replica');
  }

  async close(): Promise<void> {
    this.stopLooking?.();
    await Promise.all(this.replicas.map(({ server }) => server.close().catch(() => undefined)));
  }

  private startLooking(): void {
    this.stopLooking ??= repeat(LOOK_MS, async () => {
      await Promise.all(this.replicas.map((replica) => this.look(replica)));
    });
  }

  /** Whether it answers, is a replica of this database, and has what the primary had a moment ago. */
  private async look(replica: Replica): Promise<void> {
    try {
      const place = await this.placeNow('');
      await sleep(WAIT_MS);
      const [found] = await replica.ping<{ is_replica: boolean; epoch: string; place: string | null }>(identity, []);
      const reached = Number(found?.place ?? 0);
      const why = await this.whyNot(found, reached);
      if (why !== null) throw new Error(why);
      replica.reached(reached);
      replica.lagBytes = Math.max(0, place - reached);
      const state = reached >= place ? 'ready' : 'behind';
      if (state !== replica.state) this.tell(replica, state);
    } catch (error) {
      const was = replica.state;
      replica.fail(error);
      if (was !== 'down') this.tell(replica, 'down');
    }
  }

  private async whyNot(
    found: { is_replica: boolean; epoch: string } | undefined,
    reached: Place,
  ): Promise<string | null> {
    if (!found?.is_replica) return 'it is no replica: it takes writes of its own';
    const [[own], ahead] = await Promise.all([
      this.parts.promptly<{ epoch: string }>(primaryEpoch, []),
      this.placeNow(''),
    ]);
    if (own?.epoch !== found.epoch) return 'it holds another database';
    // After a failover to another server it may hold what the new primary never had.
    return reached > ahead ? 'it is ahead of the primary: it follows another one' : null;
  }

  private tell(replica: Replica, state: Replica['state']): void {
    const { name } = replica.server;
    replica.state = state;
    const about = { replica: name, ...(state === 'down' && { reason: replica.reason }) };
    if (state === 'ready') this.parts.log.info(about, 'the replica is read again');
    else this.parts.log.warn(about, state === 'down' ? 'the replica is down' : 'the replica falls behind');
  }
}
