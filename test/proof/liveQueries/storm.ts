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
  /** Where the seconds went. */
  readonly spent: { readonly changing: number; readonly comparing: number; readonly judging: number };
  readonly wrong: readonly string[];
}

/** How often somebody's connection breaks or gets slow, per change. */
const UNREST = 0.06;
/** Told in full; of a broken matcher nearly every reader has something to say. */
const WRONG_MAX = 5;

/** Random people change random tickets while random filters are followed; at each checkpoint nobody writes, and all readers are asked. */
export async function runStorm(order: StormOrder, say: (line: string) => void): Promise<StormReport> {
  const { seed, database, url, filters, changes, every, writers, plant } = order;
  const random = randomFrom(seed);
  const matcher = plant === null ? {} : { matcher: plants[plant] };
  const cast = await aCast({ dialect: database, url, poolSize: writers + 2, ...matcher });
  const { project, foreign, db } = cast.world;
  const choices = await allChoices(cast);
  const deeds = new Deeds(cast, choices, random);
  await deeds.begin();
  const ledger = new Ledger(db, [project.id, foreign.id]);
  const readers = beginReaders(cast, random, choices, ledger, filters);
  const unrest = { reconnected: 0, paused: 0 };
  const spent = { changing: 0, comparing: 0, judging: 0 };
  const wrong: string[] = [];
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  let [done, checkpoints] = [0, 0];

  const timed = async (what: keyof typeof spent, work: () => Promise<void>) => {
    const from = performance.now();
    await work();
    spent[what] += (performance.now() - from) / 1_000;
  };
  const change = async (goal: number) => {
    const lane = async () => {
      while (done < goal) {
        if (await deeds.next()) done++;
        if (random.chance(UNREST)) await disturb(cast, random, random.pick(readers), unrest);
      }
    };
    await Promise.all(Array.from({ length: writers }, lane));
    for (const reader of readers) if (reader.isPaused) reader.resume();
  };
  const compare = async () => {
    const turn = pLimit(writers);
    const asking = readers.map((reader) =>
      turn(async () => {
        if (wrong.length === 0) wrong.push(...told(await compareWithSql(cast, reader)));
      }),
    );
    await Promise.all(asking);
  };
  const judge = async () => {
    await ledger.readOn();
    wrong.push(...readers.flatMap((reader) => told(reader.judge())).slice(0, WRONG_MAX));
  };

  while (done < changes && wrong.length === 0) {
    await timed('changing', () => change(Math.min(changes, done + every)));
    await timed('comparing', compare);
    await timed('judging', judge);
    checkpoints++;
    say(`seed ${seed}: ${done} changes, ${checkpoints} checkpoints, ${wrong.length} wrong, ${elapsed(begun)} s`);
  }
  const used = process.cpuUsage(cpu);
  await Promise.all(readers.map((reader) => reader.stop()));
  await cast.close();
  return {
    seed,
    changes: done,
    deeds: Object.fromEntries(deeds.done),
    refused: deeds.refused,
    events: ledger.length,
    filters,
    checkpoints,
    compared: checkpoints * filters,
    states: readers.reduce((sum, { judged }) => sum + judged, 0),
    resumed: {
      delta: readers.reduce((sum, { resumed }) => sum + resumed.delta, 0),
      snapshot: readers.reduce((sum, { resumed }) => sum + resumed.snapshot, 0),
    },
    ...unrest,
    seconds: elapsed(begun),
    cpuSeconds: Math.round((used.user + used.system) / 1e6),
    spent,
    wrong,
  };
}

const elapsed = (begun: number): number => Math.round((performance.now() - begun) / 1_000);
const told = (wrong: string | null): string[] => (wrong === null ? [] : [wrong]);

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

/** A connection breaks and comes back by cursor, or anew; or a reader gets slow, or takes up again. */
async function disturb({ nodes }: Cast, random: Random, reader: Reader, sums: { reconnected: number; paused: number }) {
  if (reader.isAway) return;
  if (reader.isPaused) return reader.resume();
  const chance = random.next();
  if (chance < 0.4) {
    sums.paused++;
    return reader.pause();
  }
  sums.reconnected++;
  const node = random.pick(nodes);
  return chance < 0.9 ? reader.reconnect(node) : reader.beginAnew(node);
}
