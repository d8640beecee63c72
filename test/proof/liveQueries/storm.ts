import pLimit from 'p-limit';
import { randomFrom, type Random } from '../../../seeders/support/random.js';
import type { Dialect } from '../../support/services.js';
import { choicesOf, randomQuery, type Choices } from '../../realtime/queries/randomTickets.js';
import { aCast, type Cast } from './cast.js';
import { compareWithSql } from './checkpoint.js';
import { Deeds } from './deeds.js';
import { Ledger } from './ledger.js';
import { plants, type Plant } from './plants.js';
import { Reader } from './reader.js';

export interface StormOrder {
  readonly seed: number;
  readonly database: Dialect;
  /** A migrated database without people. */
  readonly url: string;
  readonly filters: number;
  /** Commands that were carried out; refused ones are not counted. */
  readonly changes: number;
  /** Changes between two checkpoints. */
  readonly every: number;
  /** Commands at a time. */
  readonly writers: number;
  readonly plant: Plant | null;
  /** By `Date.now()`: no more changes are begun then. */
  readonly endsAt: number;
}
export interface StormReport {
  readonly seed: number;
  readonly changes: number;
  readonly deeds: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly events: number;
  readonly filters: number;
  readonly checkpoints: number;
  /** Readers held against SQL at a checkpoint. */
  readonly compared: number;
  /** States held against the log, each at its own cursor. */
  readonly states: number;
  readonly reconnected: number;
  readonly resumed: { readonly delta: number; readonly snapshot: number };
  readonly paused: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly wrong: readonly string[];
}

/** How often somebody's connection breaks or gets slow, per change. */
const UNREST = 0.06;
/** Told in full; of a broken matcher nearly every reader has something to say. */
const WRONG_MAX = 5;

/** Random people change random tickets while random filters are followed; at each checkpoint nobody writes, and all readers are asked. */
export async function runStorm(order: StormOrder, say: (line: string) => void): Promise<StormReport> {
  const { seed, database, url, filters, changes, every, writers, plant, endsAt } = order;
  const random = randomFrom(seed);
  const planted = plant === null ? {} : { compile: plants[plant] };
  const cast = await aCast({ dialect: database, url, poolSize: writers + 2, ...planted });
  const choices = await allChoices(cast);
  const deeds = new Deeds(cast, choices, random);
  await deeds.begin();
  const ledger = new Ledger(cast.world.db, [cast.world.project.id, cast.world.foreign.id]);
  const readers = beginReaders(cast, random, choices, ledger, filters);
  const storm = new Storm({ cast, random, deeds, ledger, readers, writers });
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  let checkpoints = 0;
  while (storm.done < changes && storm.wrong.length === 0 && Date.now() < endsAt) {
    await storm.change(Math.min(changes, storm.done + every), endsAt);
    await storm.compare();
    await storm.judge();
    checkpoints++;
    say(
      `seed ${seed}: ${storm.done} changes, ${checkpoints} checkpoints, ${storm.wrong.length} wrong, ${elapsed(begun)} s`,
    );
  }
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(readers.map((reader) => reader.stop()));
  await cast.close();
  return {
    seed,
    filters,
    checkpoints,
    compared: checkpoints * filters,
    seconds: elapsed(begun),
    cpuSeconds: Math.round((user + system) / 1e6),
    ...storm.report(),
  };
}

const elapsed = (begun: number): number => Math.round((performance.now() - begun) / 1_000);
const told = (wrong: string | null): string[] => (wrong === null ? [] : [wrong]);

interface StormParts {
  readonly cast: Cast;
  readonly random: Random;
  readonly deeds: Deeds;
  readonly ledger: Ledger;
  readonly readers: readonly Reader[];
  readonly writers: number;
}

class Storm {
  /** Commands that were carried out. */
  done = 0;
  readonly wrong: string[] = [];
  private readonly unrest = { reconnected: 0, paused: 0 };

  constructor(private readonly parts: StormParts) {}

  /** Writes until so many changes are done or the time is over, with connections that break and readers that are slow; in the end all read again. */
  async change(goal: number, endsAt: number): Promise<void> {
    const { writers, deeds, random, readers } = this.parts;
    const lane = async () => {
      while (this.done < goal && Date.now() < endsAt) {
        if (await deeds.next()) this.done++;
        if (random.chance(UNREST)) await this.disturb(random.pick(readers));
      }
    };
    await Promise.all(Array.from({ length: writers }, lane));
    for (const reader of readers) if (reader.isPaused) reader.resume();
  }

  /** Holds all readers against SQL, up to the first that is wrong: each of those takes long. */
  async compare(): Promise<void> {
    const { cast, readers, writers } = this.parts;
    const turn = pLimit(writers);
    const ask = async (reader: Reader) => {
      if (this.wrong.length === 0) this.wrong.push(...told(await compareWithSql(cast, reader)));
    };
    await Promise.all(readers.map((reader) => turn(ask, reader)));
  }

  /** Holds every state that readers went through since the last time against the log. */
  async judge(): Promise<void> {
    const { ledger, readers } = this.parts;
    await ledger.readOn();
    this.wrong.push(...readers.flatMap((reader) => told(reader.judge())).slice(0, WRONG_MAX));
  }

  report() {
    const { deeds, ledger, readers } = this.parts;
    const sum = (of: (reader: Reader) => number) => readers.reduce((total, reader) => total + of(reader), 0);
    return {
      changes: this.done,
      deeds: Object.fromEntries(deeds.done),
      refused: deeds.refused,
      events: ledger.length,
      states: sum(({ judged }) => judged),
      resumed: { delta: sum(({ resumed }) => resumed.delta), snapshot: sum(({ resumed }) => resumed.snapshot) },
      ...this.unrest,
      wrong: this.wrong,
    };
  }

  /** A connection breaks and comes back by cursor, or anew; or a reader gets slow, or takes up again. */
  private async disturb(reader: Reader): Promise<void> {
    const { cast, random } = this.parts;
    if (reader.isAway) return;
    if (reader.isPaused) return reader.resume();
    const chance = random.next();
    if (chance < 0.4) {
      this.unrest.paused++;
      return reader.pause();
    }
    this.unrest.reconnected++;
    const node = random.pick(cast.nodes);
    return chance < 0.9 ? reader.reconnect(node) : reader.beginAnew(node);
  }
}

async function allChoices(cast: Cast): Promise<Choices> {
  const choices = await choicesOf(cast.world);
  return { ...choices, agents: [...choices.agents, cast.dan.userId] };
}

function beginReaders(cast: Cast, random: Random, choices: Choices, ledger: Ledger, count: number): Reader[] {
  const { admin, lead, ann, cyd, customer, otherCustomer, project, foreign } = cast.world;
  const people = [admin, lead, ann, cyd, customer, otherCustomer, cast.dan, cast.eve];
  const moments = [0, 200, 1_000, 5_000, 20_000].map((ms) => new Date(Date.now() + ms).toISOString());
  return Array.from({ length: count }, () => {
    const projectId = random.pick([project.id, project.id, foreign.id, null, null]);
    const asked = randomQuery(random, choices, moments, projectId);
    return new Reader(random.pick(cast.nodes), random.pick(people), asked, ledger);
  });
}
