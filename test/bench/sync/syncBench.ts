import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CsvReport } from '../../../contract/csvSync.js';
import { differencesIn, differencesOf } from '../../support/dirtyCheck.js';
import { writeDirtyTickets, writeEarlierTickets, type DirtyTruth } from '../../support/dirtyTickets.js';
import { runSql } from '../../support/postgresServer.js';
import { commandOf, runScript } from '../processes.js';
import { inRounds } from '../schedule.js';
import { migrate } from '../seed.js';
import { databaseOn, type BenchTools } from '../services.js';
import { copyPostgres, copySqlite, countRows, type Loaded } from '../seeding/copying.js';
import { median } from '../statistics.js';
import { printTable, short } from '../table.js';
import { authEnvironment } from '../tokens.js';
import { upsertBare } from './bareUpsert.js';

/**
 * `first`: the file into an empty project. `again`: the same once more. `half`: into a project that has every other ticket of it, with other
 * story points. `compared`: as the first, and each row compared with the file afterwards, which is what happens unless told otherwise.
 * `copy`: the rows that the first made, by COPY or inserts of many rows. `bare`: what `half` does, to tables of the least that one needs.
 */
const ways = ['first', 'again', 'half', 'compared', 'copy', 'bare'] as const;
type Way = (typeof ways)[number];

export interface SyncRow {
  readonly database: 'postgres' | 'sqlite';
  readonly rows: number;
  /** Rows of the file. */
  readonly perSecond: Readonly<Record<Way, readonly number[]>>;
  /** Rows of all tables that one of the file makes. */
  readonly rowsEach: number;
  /** Of the process: at its most, beside what a file of {@link FEW} rows takes. */
  readonly grownMb: readonly number[];
  readonly kills: number;
  /** What was not as the file says, after each way, and after it was killed on the way and run again. */
  readonly differences: readonly string[];
}

const FEW = 2_000;
const SOURCE = 'bench';
const cli = import.meta.resolve('../../../server/cli/baton.ts');

interface Ran {
  readonly report: (CsvReport & { readonly seconds: number }) | null;
  readonly peakMb: number;
}

interface Manner {
  readonly isCompared?: boolean;
  /** When it ends as by a crash. */
  readonly killAfterMs?: number;
}

/** The command as people run it, in a process of its own. */
async function sync(url: string, file: string, { isCompared = false, killAfterMs }: Manner = {}): Promise<Ran> {
  const environment = { ...authEnvironment, NODE_ENV: 'development', LOG_LEVEL: 'warn', DATABASE_URL: url };
  const order = ['--json', 'sync', 'tickets', file, '--project', 'SUP', '--source', SOURCE];
  const [command, args] = commandOf(cli, isCompared ? order : [...order, '--no-validate']);
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const printed = text(child.stdout);
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let peakKb = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    await sleep(50);
  }
  await ended;
  const report = child.exitCode === 0 ? (JSON.parse(await printed) as Ran['report']) : null;
  return { report, peakMb: peakKb / 1_024 };
}

interface Bed {
  readonly database: SyncRow['database'];
  /** A new database: `empty` but for its tables, or `begun` with people and projects. */
  make(from: 'empty' | 'begun', name: string): Promise<string>;
  /** What was written has been there for a while: on disk, and cleaned up behind. */
  settle(name: string): Promise<void>;
  /** Gone, so that nothing cleans it up beside what is measured next. */
  drop(name: string): Promise<void>;
  readonly copy: (from: string, to: string) => Promise<Loaded>;
  readonly bare?: (url: string, rows: number) => Promise<Loaded>;
}

/** A few tickets bring people and projects along. */
const begin = (url: string): Promise<string> =>
  runScript(cli, ['seed', '--tickets', '10'], {
    ...authEnvironment,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATABASE_URL: url,
  });

async function postgresBed(adminUrl: string): Promise<Bed> {
  // WAL files are there to be used again then, as where PostgreSQL has run for a while; new ones are filled with zeroes first.
  const settle: Bed['settle'] = async (name) =>
    void (await runSql(databaseOn(adminUrl, name), 'VACUUM ANALYZE', 'CHECKPOINT'));
  const make: Bed['make'] = async (from, name) => {
    await runSql(adminUrl, `CREATE DATABASE ${name} TEMPLATE sync_${from}`);
    await settle(name);
    return databaseOn(adminUrl, name);
  };
  await runSql(adminUrl, 'CREATE DATABASE sync_empty TEMPLATE template0');
  await migrate(databaseOn(adminUrl, 'sync_empty'));
  await begin(await make('empty', 'sync_begun'));
  const drop: Bed['drop'] = async (name) => void (await runSql(adminUrl, `DROP DATABASE ${name}`));
  return { database: 'postgres', make, settle, drop, copy: copyPostgres, bare: upsertBare };
}

async function sqliteBed(folder: string): Promise<Bed> {
  const fileOf = (name: string) => join(folder, `sync_${name}.db`);
  await migrate(`sqlite:${fileOf('empty')}`);
  await copyFile(fileOf('empty'), fileOf('begun'));
  await begin(`sqlite:${fileOf('begun')}`);
  const make: Bed['make'] = async (from, name) => {
    await copyFile(fileOf(from), fileOf(name));
    return `sqlite:${fileOf(name)}`;
  };
  const settle = () => Promise.resolve();
  return { database: 'sqlite', make, settle, drop: (name) => rm(fileOf(name)), copy: copySqlite };
}

interface Table {
  readonly file: string;
  readonly truth: DirtyTruth;
}

interface Tables extends Readonly<Record<'few' | 'many' | 'wide', Table>> {
  /** What of the many may have been there before, and has `changed` since. */
  readonly earlier: { readonly file: string; readonly changed: ReadonlySet<string> };
}

export async function benchSync(tools: BenchTools): Promise<SyncRow[]> {
  const { services, say, options } = tools;
  say('taking tables over');
  const tableOf = async (name: string, rows: number, encoding: 'utf-8' | 'utf-16le'): Promise<Table> => {
    const file = join(services.folder, `${name}.csv`);
    return { file, truth: await writeDirtyTickets(file, rows, encoding) };
  };
  const few = await tableOf('few', FEW, 'utf-8');
  const many = await tableOf('many', options.syncRows, 'utf-8');
  const wide = await tableOf('wide', options.syncRows, 'utf-16le');
  const earlier = { file: join(services.folder, 'earlier.csv') };
  const changed = await writeEarlierTickets(earlier.file, many.truth);
  const beds = [
    ...(services.postgres ? [await postgresBed(services.postgres.url)] : []),
    await sqliteBed(services.folder),
  ];
  const rows: SyncRow[] = [];
  for (const bed of beds) rows.push(await benchBed(bed, { few, many, wide, earlier: { ...earlier, changed } }, tools));
  return rows;
}

const noSpeeds = (): Record<Way, number[]> => ({ first: [], again: [], half: [], compared: [], copy: [], bare: [] });

async function benchBed(
  bed: Bed,
  { few, many, wide, earlier }: Tables,
  { options, endsAt, say }: BenchTools,
): Promise<SyncRow> {
  const [perSecond, grownMb, differences] = [noSpeeds(), [] as number[], [] as string[]];
  const noteSpeed = (way: Way, speed: number) => {
    perSecond[way].push(speed);
    say(`${bed.database}, ${way}: ${short(speed)} rows/s`);
  };
  const note = (when: string, found: readonly string[]) =>
    differences.push(...found.slice(0, 5).map((each) => `${when}: ${each}`));
  const there: Partial<Record<Way, Parameters<typeof differencesOf>[2]>> = {
    again: { unchanged: many.truth.created },
    half: { updated: earlier.changed.size },
  };
  let rowsEach = 0;
  const { peakMb: base } = await sync(await bed.make('begun', 'few'), few.file);
  await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
    const url = await bed.make('begun', `many_${number}`);
    const before = await countRows(url);
    const measure = async (way: Exclude<Way, 'copy' | 'bare'>, on: string) => {
      const { report, peakMb } = await sync(on, many.file, { isCompared: way === 'compared' });
      if (!report) throw new Error('the command failed');
      noteSpeed(way, report.rows / report.seconds);
      grownMb.push(peakMb - base);
      note(way, differencesOf(report, many.truth, there[way]));
    };
    await measure('first', url);
    await measure('again', url);
    note('at the end', await differencesIn(url, SOURCE, many.truth));
    const half = await bed.make('begun', `half_${number}`);
    await sync(half, earlier.file);
    await bed.settle(`half_${number}`);
    await measure('half', half);
    note('changed', await differencesIn(half, SOURCE, many.truth, earlier.changed));
    await measure('compared', await bed.make('begun', `compared_${number}`));
    rowsEach = ((await countRows(url)) - before) / many.truth.created;
    const copied = await bed.copy(url, await bed.make('empty', `copied_${number}`));
    noteSpeed('copy', copied.rows / rowsEach / copied.seconds);
    const place = await bed.make('empty', `bare_${number}`);
    const bare = await bed.bare?.(place, many.truth.created);
    if (bare) noteSpeed('bare', bare.rows / bare.seconds);
    for (const name of ['many', 'half', 'compared', 'copied', 'bare']) await bed.drop(`${name}_${number}`);
  });
  const ranMs = (1_000 * options.syncRows) / median(perSecond.first);
  note('killed', await killedOnTheWay(bed, wide, options.syncKills, ranMs));
  const { syncRows: rows, syncKills: kills } = options;
  return { database: bed.database, rows, perSecond, rowsEach, grownMb, kills, differences };
}

/** Killed at moments of which nobody knows, and run again each time. */
async function killedOnTheWay(bed: Bed, { file, truth }: Table, kills: number, ranMs: number): Promise<string[]> {
  const url = await bed.make('begun', 'killed');
  for (let nth = 0; nth < kills; nth++) await sync(url, file, { killAfterMs: 600 + (Math.random() * ranMs) / kills });
  const { report } = await sync(url, file);
  if (!report) return ['the command failed'];
  const there = truth.created - report.created;
  return [...differencesOf(report, truth, { unchanged: there }), ...(await differencesIn(url, SOURCE, truth))];
}

const shortOf = (values: readonly number[]): string => (values.length > 0 ? short(median(values)) : '');

export function reportSync(rows: readonly SyncRow[]): void {
  console.log('\nA table of tickets with every kind of dirt (`baton sync tickets`): rows of the file in a second');
  const cells = rows.map(({ database, rows: count, perSecond, rowsEach, grownMb, kills, differences }) => [
    database,
    short(count),
    ...ways.map((way) => shortOf(perSecond[way])),
    short(median(perSecond.first) / median(perSecond.copy)),
    perSecond.bare.length > 0 ? short(median(perSecond.half) / median(perSecond.bare)) : '',
    short(rowsEach),
    short(Math.max(...grownMb)),
    `${kills}`,
    `${differences.length}`,
  ]);
  const heads = [
    'database',
    'rows',
    ...ways,
    'first × copy',
    'half × bare',
    'rows each',
    'grown MB',
    'kills',
    'differences',
  ];
  printTable(heads, cells, 1);
  for (const { database, differences } of rows) for (const each of differences) console.log(`${database}, ${each}`);
}
