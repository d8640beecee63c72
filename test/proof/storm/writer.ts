import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom, type Random } from '../../../seeders/support/random.js';
import { digestOf } from '../history/digest.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Attempt } from '../history/lines.js';
import type { Person } from '../stage/setUp.js';
import { Callers, judge, wayNames } from './calls.js';
import { errandOf, nextErrand, type NamedErrand, type Reply, type VerbName } from './verbs.js';
import type { Workbench } from './workbench.js';

export interface Target {
  readonly name: string;
  readonly url: string;
}

/** Names an operation in a text, so that a later one cannot be taken for it. */
export const markOf = (op: string): string => `op:${op};`;
export const opIn = (text: unknown): string | null =>
  typeof text === 'string' ? (/op:([^;]+);/.exec(text)?.[1] ?? null) : null;

/** A storm that has ended gives those that nobody answered so long more. */
const LAST_TRIES_MS = 30_000;
/** An operation that was answered is now and then sent again elsewhere: its first reply must come back. */
const ECHO = 0.06;

/** One person who works until told to stop: one operation after the other, each repeated until it has an answer. */
export class Writer {
  private readonly random: Random;
  private readonly callers: Callers;
  private count = 0;
  /** When the last thing that was acknowledged had been asked for. */
  acknowledged = 0;
  private isStopping = false;
  private lastTry = Infinity;
  private work: Promise<void> | null = null;

  constructor(
    private readonly name: string,
    private readonly by: Person,
    private readonly bench: Workbench,
    private readonly targets: readonly Target[],
    private readonly history: HistoryWriter,
    seed: number,
    private readonly pauseMs: number,
  ) {
    this.random = randomFrom(seed, hashOf(name));
    this.callers = new Callers(by.token);
  }

  start(): void {
    this.work = this.run();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.lastTry = performance.now() + LAST_TRIES_MS;
    await this.work;
    this.callers.close();
  }

  /** Operations so far. */
  get done(): number {
    return this.count;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      await this.doOne();
      if (this.pauseMs > 0) await sleep(this.random.below(2 * this.pauseMs));
    }
  }

  private async doOne(): Promise<void> {
    const { random, bench, by } = this;
    const op = `${this.name}-${++this.count}`;
    await this.insist(op, nextErrand({ random, bench, by, mark: markOf(op) }));
  }

  /** One operation of this kind, until it is answered. @returns false when nothing of the kind can be done now. */
  async doThis(verb: VerbName): Promise<boolean> {
    const { random, bench, by } = this;
    const op = `${this.name}-${++this.count}`;
    const errand = errandOf(verb, { random, bench, by, mark: markOf(op) });
    if (errand) await this.insist(op, errand);
    return errand !== null;
  }

  private async insist(op: string, errand: NamedErrand): Promise<void> {
    const { random } = this;
    const input = { ...errand.input, idempotencyKey: op };
    for (let wait = 20; ; wait = Math.min(2 * wait, 500)) {
      const { attempt, reply } = await this.attempt(op, errand, input);
      if (attempt.out !== 'info' || performance.now() > this.lastTry) {
        if (!reply) return;
        errand.learn(reply);
        if (random.chance(ECHO)) await this.attempt(op, errand, input);
        return;
      }
      await sleep(random.below(wait));
    }
  }

  private async attempt(op: string, errand: NamedErrand, input: object) {
    const target = this.random.pick(this.targets);
    const via = this.random.pick(wayNames);
    const { verb, project, ticket } = errand;
    const invoked = performance.now();
    const known = { op, by: this.by.id, node: target.name, via, verb, ticket: ticket?.id ?? null, invoked };
    const done = (rest: Omit<Attempt, keyof typeof known | 'returned'>, reply: Reply | null) => {
      const attempt: Attempt = { ...known, returned: performance.now(), ...rest };
      this.history.write('attempts', attempt);
      return { attempt, reply };
    };
    try {
      const reply = (await this.callers.to(target.url, via).mutate(errand.path, input)) as Reply;
      this.acknowledged = invoked;
      const isIdle = errand.isIdle?.(reply) ?? false;
      const where = reply.projectId ?? project;
      const told = { seq: reply.seq, reply: digestOf(reply), ...(isIdle && { idle: true as const }) };
      return done({ out: 'ok', project: `project:${where}`, ...told }, reply);
    } catch (error) {
      return done({ ...judge(error), project: `project:${project}` }, null);
    }
  }
}

const hashOf = (text: string): number => Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
