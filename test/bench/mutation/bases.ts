import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QueryTypes } from 'sequelize';
import { openDatabase } from '../../../server/db/database.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { runSql } from '../../support/postgresServer.js';
import { postgresCpu } from '../postgresCpu.js';
import { seededTemplate, seedWorld } from '../seed.js';
import { databaseOn, startBaton, startServer, type BatonServer, type Services } from '../services.js';
import { ways as allWays, type Way } from './calls.js';

/** The databases of one kind: a copy of the same world for each way, so that none slows down another. */
export interface Bases {
  readonly database: 'postgres' | 'sqlite';
  readonly ways: readonly Way[];
  readonly urls: Readonly<Record<Way, string>>;
  /** Where the events of a way are; both ways through the API share a server. */
  readonly checkUrls: Readonly<Record<Way, string>>;
  readonly postgresUs: () => number;
}

const copies = ['short', 'bare', 'command', 'api', 'simple'] as const;
const copyOf = (way: Way): (typeof copies)[number] => (way === 'http' || way === 'ws' ? 'api' : way);

const urlsFor = (ways: readonly Way[], urlOf: (copy: string) => string): Record<Way, string> =>
  Object.fromEntries(ways.map((way) => [way, urlOf(copyOf(way))])) as Record<Way, string>;

export async function preparePostgres(adminUrl: string): Promise<Bases> {
  const seeded = await seededTemplate(adminUrl);
  for (const copy of copies) await runSql(adminUrl, `CREATE DATABASE ${copy} TEMPLATE ${seeded}`);
  await runSql(adminUrl, 'CHECKPOINT');
  const urls = urlsFor(allWays, (copy) => databaseOn(adminUrl, copy));
  const postgresUs = await postgresCpu(adminUrl);
  return { database: 'postgres', ways: allWays, urls, checkUrls: urls, postgresUs };
}

export async function prepareSqlite(folder: string): Promise<Bases> {
  const seeded = join(folder, 'seeded.db');
  await seedWorld(`sqlite:${seeded}`);
  for (const copy of copies) await copyFile(seeded, join(folder, `${copy}.db`));
  const urls = urlsFor(allWays, (copy) => `sqlite:${join(folder, `${copy}.db`)}`);
  const ways = allWays.filter((way) => way !== 'short' && way !== 'simple');
  return { database: 'sqlite', ways, urls, checkUrls: urls, postgresUs: () => 0 };
}

export const startMutationServer = (bases: Bases, { redis }: Services, profile: boolean): Promise<BatonServer> =>
  startBaton({
    name: `${bases.database}-server`,
    databaseUrl: bases.urls.http,
    redisUrl: bases.database === 'postgres' ? (redis?.url ?? null) : null,
    profile,
  });

export const startSimpleServer = (bases: Bases): Promise<BatonServer> =>
  startServer({ name: 'simple-server', script: simpleServer, databaseUrl: bases.urls.simple, redisUrl: null });
const simpleServer = import.meta.resolve('./simpleServer.ts');

/** @throws when the log does not hold exactly one event for each acknowledged mutation, numbered without a gap. */
export async function checkLog(url: string, acknowledged: number, way: Way): Promise<void> {
  const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    const sql = `SELECT (SELECT count(*) FROM events) AS logged, (SELECT sum(event_seq) FROM project_counters) AS numbered`;
    const [row] = await db.sequelize.query<Record<string, unknown>>(sql, { type: QueryTypes.SELECT });
    const [logged, numbered] = [Number(row?.['logged']), Number(row?.['numbered'])];
    if (logged !== acknowledged || numbered !== acknowledged)
      throw new Error(`${way}: ${acknowledged} mutations were acknowledged, ${logged} events are in the log`);
  } finally {
    await db.close();
  }
}
