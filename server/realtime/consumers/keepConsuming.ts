import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Wake } from '../../db/wake.js';
import { repeatOrSooner } from '../../kernel/repeat.js';
import { consumeSome, type Consuming } from './consume.js';
import { beginAtHeads, looksOf, register, seen, type Looks } from './cursors.js';
import type { LogConsumer } from './logConsumer.js';
import type { Statement, Value } from '../../db/statement.js';

/** What commits close upon each other is looked for together. */
const GATHER_MS = 15;
/** For what other nodes wrote, and could not handle. */
const EVERY_MS = 1_000;
/** Of events so old at most; longer than a unit of work takes, and clocks differ. */
const RECENT_MS = 10_000;
/** For what has a wrong time: imports, clocks that are far off. */
const ALL_MS = 30_000;
const SEEN_MS = 3_600_000;
/** Only so that the retention, and who becomes interested, find cursors that are not far behind. */
const PASS_MS = 3_600_000;
/** Another node is at it, and may not have seen the latest. */
const TAKEN_MS = 200;
/** Projects that one consumer handles at the same time, so that a long backlog does not hold up all. */
const AT_ONCE = 2;
/** After so many transactions of one project others have a turn. */
const STREAK = 20;

export interface ConsumerRun {
  /** Units of work of this process have moved these streams. */
  readonly moved: (wakes: readonly Wake[]) => void;
  /** Resolves when what has begun has ended. */
  readonly stop: () => Promise<void>;
}

/** Lets each of them act upon the log, on this node beside others, until it is stopped. */
export function keepConsuming(deps: Consuming, consumers: readonly LogConsumer[]): ConsumerRun {
  const runs = consumers.map((consumer) => new Run(deps, consumer));
  return {
    moved(wakes) {
      const ids = wakes.filter(({ kind }) => kind === 'project').map(({ id }) => id);
      if (ids.length > 0) for (const run of runs) run.poke(ids);
    },
    stop: async () => {
      await Promise.all(runs.map((run) => run.stop()));
    },
  };
}

/** Handles all there is, as one node does that has nothing else to do: for whoever waits for it. */
export async function consumeAll(deps: Consuming, consumer: LogConsumer): Promise<void> {
  await enrol(deps, consumer);
  const looks = looksOf(consumer);
  for (;;) {
    const behind = await deps.db.all<Behind>(looks.all, [consumer.name, deps.clock.now()]);
    let hasWaited = true;
    for (const { project_id } of behind) {
      const step = await consumeSome(deps, consumer, project_id);
      if (step === 'taken') await sleep(TAKEN_MS / 10);
      if (step !== 'waits') hasWaited = false;
    }
    // What failed is for a later call.
    if (hasWaited) return;
  }
}

interface Behind {
  readonly project_id: string;
}
interface Poked extends Behind {
  readonly is_due: 0 | 1;
}

/** Makes the consumer known: of the projects that there are it begins at the heads. */
async function enrol({ db, clock }: Consuming, { name }: LogConsumer): Promise<void> {
  await db.sequelize.transaction(async (transaction) => {
    const all = db.on(transaction);
    const now = clock.now();
    if ((await all(register, [name, now])).length > 0) await all(beginAtHeads, [name, now]);
    else await all(seen, [name, now]);
  });
}

class Run {
  private readonly looks: Looks;
  private readonly limit = pLimit(AT_ONCE);
  /** Whether there may be more for a project that is being handled. */
  private readonly inHand = new Map<string, boolean>();
  private readonly poked = new Set<string>();
  /** Of no interest when they were asked for last. */
  private readonly passedBy = new Set<string>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly turns = new Set<Promise<void>>();
  private readonly rounds: ReturnType<typeof repeatOrSooner>;
  private gathering = false;
  private isOver = false;
  private enrolledAt = -Infinity;
  private allAt = -Infinity;
  private passedAt = -Infinity;
  private isFailing = false;

  constructor(
    private readonly deps: Consuming,
    private readonly consumer: LogConsumer,
  ) {
    this.looks = looksOf(consumer);
    this.rounds = repeatOrSooner(EVERY_MS, () => this.track(this.round()));
  }

  poke(projectIds: readonly string[]): void {
    if (this.isOver) return;
    for (const id of projectIds) if (!this.passedBy.has(id)) this.poked.add(id);
    if (this.gathering || this.poked.size === 0) return;
    this.gathering = true;
    this.later(GATHER_MS, () => void this.track(this.lookAmongPoked()));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    this.rounds.stop();
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.turns);
  }

  private async lookAmongPoked(): Promise<void> {
    this.gathering = false;
    const ids = [...this.poked];
    this.poked.clear();
    await this.safely(async () => {
      const { db, clock } = this.deps;
      const found = await db.all<Poked>(this.looks.among, [this.consumer.name, clock.now(), ids]);
      const ofInterest = new Set(found.map(({ project_id }) => project_id));
      for (const id of ids) if (!ofInterest.has(id)) this.passedBy.add(id);
      for (const { project_id, is_due } of found) if (is_due === 1) this.take(project_id);
    });
  }

  private async round(): Promise<void> {
    this.passedBy.clear();
    const now = this.deps.clock.now();
    const since = performance.now();
    if (since - this.enrolledAt >= SEEN_MS) {
      if (!(await this.safely(() => enrol(this.deps, this.consumer)))) return;
      this.enrolledAt = since;
    }
    if (since - this.allAt < ALL_MS) {
      await this.look(this.looks.recent, [new Date(now.getTime() - RECENT_MS)]);
      return;
    }
    if (await this.look(this.looks.all, [])) this.allAt = since;
    if (since - this.passedAt >= PASS_MS && (await this.pass())) this.passedAt = since;
  }

  private pass(): Promise<boolean> {
    const { pass } = this.looks;
    const { db, clock } = this.deps;
    if (!pass) return Promise.resolve(true);
    return this.safely(() =>
      db.sequelize.transaction((transaction) => db.on(transaction)(pass, [this.consumer.name, clock.now()])),
    );
  }

  private look(asked: Statement, more: readonly Value[]): Promise<boolean> {
    return this.safely(async () => {
      const behind = await this.deps.db.all<Behind>(asked, [this.consumer.name, this.deps.clock.now(), ...more]);
      for (const { project_id } of behind) this.take(project_id);
    });
  }

  private take(projectId: string): void {
    if (this.isOver) return;
    if (this.inHand.has(projectId)) return void this.inHand.set(projectId, true);
    this.inHand.set(projectId, false);
    void this.track(this.limit(() => this.turn(projectId)).catch(() => undefined));
  }

  private async turn(projectId: string): Promise<void> {
    let step: Awaited<ReturnType<typeof consumeSome>> = 'more';
    for (let nth = 0; nth < STREAK && step === 'more' && !this.isOver; nth++)
      step = await consumeSome(this.deps, this.consumer, projectId);
    const isAsked = this.inHand.get(projectId) === true;
    this.inHand.delete(projectId);
    if (step === 'taken') this.later(TAKEN_MS, () => this.poke([projectId]));
    else if (step === 'more' || (step === 'done' && isAsked)) this.take(projectId);
  }

  private later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.isOver) work();
    }, ms).unref();
    this.timers.add(timer);
  }

  /** What is not answered is asked again in the next round. */
  private async safely(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.isFailing = false;
      return true;
    } catch (error) {
      const said = { consumer: this.consumer.name, error: String(error) };
      if (!this.isFailing && !this.isOver) this.deps.log.warn(said, 'the log could not be looked through; trying on');
      this.isFailing = true;
      return false;
    }
  }

  private async track(work: Promise<void>): Promise<void> {
    this.turns.add(work);
    try {
      await work;
    } finally {
      this.turns.delete(work);
    }
  }
}
