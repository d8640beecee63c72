import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript } from '../processes.js';
import { inRounds } from '../schedule.js';
import { median } from '../statistics.js';
import { printTable, short } from '../table.js';
import { migrate } from '../seed.js';
import { databaseOn, type BenchTools } from '../services.js';
import { authEnvironment } from '../tokens.js';
import { runSql } from '../../support/postgresServer.js';
import { copyPostgres, copySqlite, countRows, type Loaded } from './copying.js';

export interface SeedingRow {
  readonly database: 'postgres' | 'sqlite';
  /** `seed`: baton seed --tickets. `copy`: the same rows by COPY, or on SQLite by inserts of many rows. */
  readonly way: 'seed' | 'copy';
  readonly rows: number;
  readonly perSecond: readonly number[];
  readonly median: number;
}

const cli = import.meta.resolve('../../../server/cli/baton.ts');

async function batonSeed(url: string, tickets: number): Promise<number> {
  const environment = { ...authEnvironment, NODE_ENV: 'development', LOG_LEVEL: 'warn', DATABASE_URL: url };
  const printed = await runScript(cli, ['seed', '--tickets', String(tickets), '--json'], environment);
  return (JSON.parse(printed) as { tickets: { seconds: number } }).tickets.seconds;
}

/** Seeds on top of the people and the first tickets, so that only tickets and what belongs to them are counted. */
async function seedOn(url: string, tickets: number): Promise<Loaded> {
  const before = await countRows(url);
  const seconds = await batonSeed(url, tickets);
  return { rows: (await countRows(url)) - before, seconds };
}

/** A few tickets bring people and projects along. */
const FIRST_TICKETS = 10;

interface Bed {
  readonly database: SeedingRow['database'];
  /** A new database: `empty` but for its tables, or `begun` with people and projects. */
  make(from: 'empty' | 'begun', name: string): Promise<string>;
  readonly copy: (from: string, to: string) => Promise<Loaded>;
}

async function postgresBed(adminUrl: string): Promise<Bed> {
  const make: Bed['make'] = async (from, name) => {
    await runSql(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${from === 'empty' ? 'seeding_empty' : 'seeding_begun'}`);
    return databaseOn(adminUrl, name);
  };
  await runSql(adminUrl, 'CREATE DATABASE seeding_empty TEMPLATE template0');
  await migrate(databaseOn(adminUrl, 'seeding_empty'));
  await batonSeed(await make('empty', 'seeding_begun'), FIRST_TICKETS);
  return { database: 'postgres', make, copy: copyPostgres };
}

async function sqliteBed(folder: string): Promise<Bed> {
  const fileOf = (name: string) => join(folder, `seeding_${name}.db`);
  await migrate(`sqlite:${fileOf('empty')}`);
  await copyFile(fileOf('empty'), fileOf('begun'));
  await batonSeed(`sqlite:${fileOf('begun')}`, FIRST_TICKETS);
  const make: Bed['make'] = async (from, name) => {
    await copyFile(fileOf(from), fileOf(name));
    return `sqlite:${fileOf(name)}`;
  };
  return { database: 'sqlite', make, copy: copySqlite };
}

export async function benchSeeding(tools: BenchTools): Promise<SeedingRow[]> {
  const { services, say } = tools;
  say('seeding');
  const beds = [
    ...(services.postgres ? [await postgresBed(services.postgres.url)] : []),
    await sqliteBed(services.folder),
  ];
  const rows: SeedingRow[] = [];
  for (const bed of beds) rows.push(...(await benchBed(bed, tools)));
  return rows;
}

async function benchBed(bed: Bed, { options, endsAt, say }: BenchTools): Promise<SeedingRow[]> {
  const loads: Record<SeedingRow['way'], Loaded[]> = { seed: [], copy: [] };
  await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
    const seeded = await bed.make('begun', `seeded_${number}`);
    loads.seed.push(await seedOn(seeded, options.seedTickets));
    loads.copy.push(await bed.copy(seeded, await bed.make('empty', `copied_${number}`)));
  });
  return (['seed', 'copy'] as const).map((way) => {
    const perSecond = loads[way].map(({ rows, seconds }) => rows / seconds);
    return { database: bed.database, way, rows: loads[way][0]?.rows ?? 0, perSecond, median: median(perSecond) };
  });
}

export function reportSeeding(rows: readonly SeedingRow[]): void {
  console.log('\nSeeding: rows of all tables, with their history and events');
  const names = { seed: 'baton seed --tickets', copy: 'the same rows by COPY (SQLite: multi-row INSERT)' };
  const cells = rows.map((row) => {
    const copied = rows.find((other) => other.database === row.database && other.way === 'copy');
    return [
      row.database,
      names[row.way],
      short(row.rows),
      short(row.median),
      short(row.median / (copied?.median ?? 0)),
    ];
  });
  printTable(['database', 'by', 'rows', 'rows/s', '× COPY'], cells, 2);
}
