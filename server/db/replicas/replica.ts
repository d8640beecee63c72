import { setTimeout as sleep } from 'node:timers/promises';
import { inTime } from '../promptReads.js';
import type { Snapshots } from '../snapshots.js';
import type { RunStatement } from '../statement.js';
import { replayedPlace, type Place } from './place.js';

/** The server that was to answer has not come so far: it began again further back, or is another one at the same address. */
export class Behind extends Error {
  override readonly name = 'Behind';
  constructor(readonly place: Place) {
    super('the replica has not come so far');
  }
}

/** A server that can be read. What `after` a place is asked for throws {@link Behind} when it has not come there. */
export interface ReplicaServer {
  /** Host and port: no name and no password. */
  readonly name: string;
  after(place: Place): { readonly all: RunStatement; readonly snapshot: Snapshots['read'] };
  /** On a connection of its own, so that it waits behind no report. */
  readonly promptly: RunStatement;
  close(): Promise<void>;
}

interface Waiting {
  readonly place: Place;
  readonly arrived: (has: boolean) => void;
}

/** While somebody waits, it is asked this often how far it has come; all who wait share the answer. */
const ASK_MS = 1;

/** What fails when it is told to, and at no other time. */
function breakable() {
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => (fail = reject));
  promise.catch(() => undefined);
  return { promise, break: fail };
}

/** One replica as this process knows it: whether it answers, and how far it has come. */
export class Replica {
  /** It is left out until {@link Replicas} has found it well. */
  state: 'down' | 'behind' | 'ready' = 'down';
  /** Why it is down. */
  reason = 'not asked yet';
  lagBytes = 0;
  reads = 0;
  private replayed: Place = 0;
  private readonly waiting = new Set<Waiting>();
  private isAsking = false;
  private breaking = breakable();

  constructor(readonly server: ReplicaServer) {}

  /** What it said last. */
  reached(place: Place): void {
    this.replayed = place;
    for (const one of this.waiting) if (one.place <= this.replayed) this.release(one, true);
  }

  /** Whether it has come to this place, or does so within `ms`. */
  async comesTo(place: Place, ms: number): Promise<boolean> {
    if (this.replayed >= place) return true;
    const has = await new Promise<boolean>((resolve) => {
      const one: Waiting = { place, arrived: resolve };
      this.waiting.add(one);
      setTimeout(() => this.release(one, false), ms).unref();
      if (!this.isAsking) void this.ask();
    });
    return has && this.state === 'ready';
  }

  private release(one: Waiting, has: boolean): void {
    if (this.waiting.delete(one)) one.arrived(has);
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    try {
      while (this.waiting.size > 0) {
        const [row] = await this.server.promptly<{ place: string | null }>(replayedPlace, []);
        this.reached(Number(row?.place ?? 0));
        if (this.waiting.size > 0) await sleep(ASK_MS);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.isAsking = false;
    }
  }

  /** From now on it is left out. Whoever reads there is told at once and reads elsewhere: a server that hangs tells nobody. */
  fail(error: unknown): void {
    this.state = 'down';
    this.replayed = 0;
    this.reason = error instanceof Error ? error.message : String(error);
    for (const one of this.waiting) this.release(one, false);
    this.breaking.break(error instanceof Error ? error : new Error(String(error)));
    this.breaking = breakable();
  }

  /** @throws when it breaks down meanwhile, and what the work throws. */
  async read<Result>(work: Promise<Result>): Promise<Result> {
    this.reads++;
    return Promise.race([work, this.breaking.promise]);
  }

  /** Asks it anything, within a second. */
  ping = <Row extends object>(...asked: Parameters<RunStatement>): Promise<Row[]> =>
    inTime(this.server.promptly<Row>(...asked), 1_000);
}
