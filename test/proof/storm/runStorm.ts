import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../../seeders/support/random.js';
import { openDatabase, type Database } from '../../../server/db/database.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { statement } from '../../../server/db/statement.js';
import { faults, type FaultName } from '../faults/catalogue.js';
import { HistoryWriter } from '../history/historyFiles.js';
import type { ExitLine, Setting } from '../history/lines.js';
import { readServed, readTruth } from '../history/readTruth.js';
import { startReplicaServer } from '../../support/replicaServer.js';
import { durable, type Services } from '../stage/services.js';
import { setUp, type Cast } from '../stage/setUp.js';
import { raiseStage, type Stage, type StageOptions } from '../stage/stage.js';
import { race, type RoundName } from '../races/race.js';
import { readBack, readsOf } from './readBack.js';
import { Audience, type Seats } from './audience.js';
import { Callers } from './calls.js';
import { crashEverywhere } from './crashes.js';
import { loseAccess, type Loss } from './losses.js';
import { INTERNAL_WORD, SECRET_WORD } from './verbs.js';
import { Workbench } from './workbench.js';
import { Writer, type Target } from './writer.js';

export interface Storm {
  readonly seed: number;
  readonly dialect: StageOptions['dialect'];
  readonly nodes: number;
  readonly writers: number;
  /** About how long a writer rests between two operations. */
  readonly pauseMs: number;
  readonly seats: Seats;
  /** Lose access one by one while it lasts. */
  readonly leavers: number;
  /** What happens, one after the other. */
  readonly faults: readonly FaultName[];
  /** Between two faults, about. */
  readonly calmMs: number;
  /** The storm lasts so long at least, and until so much has been done; but for that it waits for no longer than `mostMs`. */
  readonly leastMs: number;
  readonly mostMs: number;
  readonly leastOperations: number;
  /** Instead of the writers' work: races between all of them, so many of each of these kinds. */
  readonly races?: { readonly count: number; readonly rounds: readonly RoundName[] };
  /** Instead of the writers' work: one of them does everything, and the node dies at so many moments of each kind of operation. */
  readonly crashes?: number;
  /** SQLite: the file lies on a disk of its own of so many megabytes. */
  readonly diskMb?: number;
  /** A server follows the database, and nodes read there. */
  readonly replica?: boolean;
  /** So many more, who only read: each writes a ticket of its own at one node and reads it at once at another. */
  readonly readers?: number;
  /** The folder of an older version that the nodes begin with. */
  readonly older?: string;
  /** For planted bugs: what the nodes run, and what is done to the database. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly spoil?: readonly string[];
}

/** Longer than the checker allows, so that it sees what took too long. */
const RECOVERY_MS = 8_000;
/** How long subscribers may take to reach the head once all is well: what takes longer is found by the checker. */
const CATCH_UP_MS = 15_000;

/** Lets people work and follow while faults happen, and leaves its history in `folder`. */
export async function runStorm(services: Services, storm: Storm, folder: string): Promise<void> {
  const database = await services.database(storm.dialect, storm.diskMb);
  const { url } = database;
  const cast = await setUp(url, storm, storm.older);
  const history = await HistoryWriter.open(folder);
  const db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, log: createLogger('silent') });
  for (const sql of storm.spoil ?? []) await db.all(statement('', sql), []);
  const before = await headsOf(db);
  const replica = storm.replica ? await startReplicaServer(services.postgres, durable) : null;
  const stage = await raiseStage(services, url, {
    replica,
    older: storm.older ?? null,
    dialect: storm.dialect,
    nodes: storm.nodes,
    disk: database.disk,
    ...(storm.program !== undefined && { program: storm.program }),
    env: { ...storm.env, CRASH_FILE: crashFileIn(folder) },
    onExit: (exit) => history.write('exits', { ...exit, ordered: exit.ordered || isCrash(storm, exit) }),
  });
  try {
    const setting = await play({ storm, stage, cast, history, db, before });
    await history.close(setting);
  } finally {
    await stage.release();
    await replica?.release();
    await db.close();
    await database.drop();
  }
}

const crashFileIn = (folder: string): string => join(folder, 'crash-at');
const isCrash = ({ crashes }: Storm, { signal }: ExitLine): boolean => crashes !== undefined && signal === 'SIGKILL';

interface Scene {
  readonly storm: Storm;
  readonly stage: Stage;
  readonly cast: Cast;
  readonly history: HistoryWriter;
  readonly db: Database;
  readonly before: Readonly<Record<string, number>>;
}

async function play({ storm, stage, cast, history, db, before }: Scene): Promise<Setting> {
  const { seed } = storm;
  const targets = stage.nodes.map(({ name, url }) => ({ name, url }));
  const bench = new Workbench(cast, randomFrom(seed, 1));
  const epoch = await epochOf(db);
  const audience = new Audience({ cast, targets, history, epoch, seed }, storm.seats);
  const isQuiet = storm.races !== undefined || storm.crashes !== undefined;
  const writers = cast.writers.map(
    (person, nth) => new Writer(`w${nth + 1}`, person, bench, targets, history, seed, storm.pauseMs),
  );
  const readBacks = readBack(cast, targets, history, storm.readers ?? 0);
  await audience.ready();
  if (!isQuiet) for (const writer of writers) writer.start();

  const begun = performance.now();
  const losing = loseAccess(cast, targets, history, storm.leavers === 0 ? 0 : storm.leastMs / (storm.leavers + 1));
  await happen({ storm, stage, cast, history, db, targets, writers });
  const isShort = () => writers.reduce((sum, { done }) => sum + done, 0) < storm.leastOperations;
  const lasted = () => performance.now() - begun;
  while (lasted() < storm.leastMs || (isShort() && lasted() < storm.mostMs)) await sleep(50);
  const losses = await losing;
  await Promise.all(writers.map((writer) => writer.stop()));
  const readsBack = await readBacks.stop();
  const stormEnded = performance.now();
  await audience.reaches(await headsOf(db), CATCH_UP_MS);
  for (const what of await audience.compareLists(CATCH_UP_MS)) history.write('findings', { check: 'FOLD', what });
  audience.close();
  await readTruth(db, history);
  for (const { name, url } of targets) {
    const callers = new Callers(cast.admin.token);
    const query = (path: string, input: object) => callers.to(url, 'http').query(path, input);
    for (const project of [cast.hot, cast.side]) await readServed(name, query, project, history);
    callers.close();
  }
  const nodes = targets.map(({ name }) => name);
  const reads = storm.replica ? await readsOf(targets) : {};
  return settingOf({ seed, audience, before, cast, losses, stormEnded, nodes, readBacks: { ...readsBack, ...reads } });
}

interface Happening extends Pick<Scene, 'storm' | 'stage' | 'cast' | 'history' | 'db'> {
  readonly targets: readonly Target[];
  readonly writers: readonly Writer[];
}

/** All that the storm is made of, one after the other. */
async function happen({ storm, stage, cast, history, db, targets, writers }: Happening): Promise<void> {
  const { seed } = storm;
  const [one] = writers;
  const random = randomFrom(seed, 2);
  if (storm.races !== undefined) await race({ cast, targets, history, seed, db }, storm.races);
  if (storm.crashes !== undefined && one)
    await crashEverywhere({ stage, writer: one, history, crashFile: crashFileIn(history.folder), seed }, storm.crashes);
  for (const fault of storm.faults) {
    await sleep(storm.calmMs / 2 + random.below(storm.calmMs));
    const began = performance.now();
    const target = await faults[fault](stage, random);
    const healed = performance.now();
    history.write('faults', { fault, target, began, healed });
    // Or faults would be so close that nobody could say which of them was not recovered from.
    const isBack = () => writers.some(({ acknowledged }) => acknowledged >= healed);
    while (!isBack() && performance.now() < healed + RECOVERY_MS) await sleep(5);
  }
}

interface Parts {
  readonly seed: number;
  readonly audience: Audience;
  readonly before: Readonly<Record<string, number>>;
  readonly cast: Cast;
  readonly losses: readonly Loss[];
  readonly stormEnded: number;
  readonly nodes: readonly string[];
  readonly readBacks: Readonly<Record<string, number>>;
}

function settingOf({ audience, cast, ...rest }: Parts): Setting {
  const staff = [cast.admin, ...cast.writers, ...cast.watchers, ...cast.leavers].map(({ id }) => id);
  return {
    ...rest,
    subscriptions: audience.subscriptions,
    secrets: [
      { word: SECRET_WORD, readers: [cast.admin, ...cast.writers].map(({ id }) => id) },
      { word: INTERNAL_WORD, readers: staff },
    ],
  };
}

const projectHeads = statement('proof.heads', 'SELECT project_id AS id, event_seq AS seq FROM project_counters');
const feedHeads = statement('proof.feedHeads', 'SELECT user_id AS id, feed_seq AS seq FROM user_feeds');
const installation = statement('proof.epoch', 'SELECT epoch FROM installation');

/** How far each stream reaches now. */
async function headsOf(db: Database): Promise<Record<string, number>> {
  type Row = { id: string; seq: number };
  const projects = await db.all<Row>(projectHeads, []);
  const feeds = await db.all<Row>(feedHeads, []);
  return Object.fromEntries([
    ...projects.map(({ id, seq }) => [`project:${id}`, seq] as const),
    ...feeds.map(({ id, seq }) => [`user:${id}`, seq] as const),
  ]);
}

async function epochOf(db: Database): Promise<string> {
  const [row] = await db.all<{ epoch: string }>(installation, []);
  return row?.epoch ?? '';
}
