import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, inject } from 'vitest';
import type { ChildService } from './childService.js';
import { startClamdServer, type ClamdOptions } from './clamdServer.js';
import { runSql, startPostgresServer } from './postgresServer.js';
import { startRedisClusterServer, type RedisClusterService } from './redisCluster.js';
import { startRedisServer } from './redisServer.js';

export type Dialect = 'sqlite' | 'postgres';
export type Service = 'postgres' | 'redis' | 'redis-server' | 'chromium' | 'clamd';

const locations = {
  postgres: () => inject('postgresUrl'),
  redis: () => inject('redisUrl'),
  'redis-server': () => inject('redisServerPath'),
  chromium: () => inject('chromiumPath'),
  clamd: () => inject('clamdPath'),
} satisfies Record<Service, () => string | null>;

const isMissing = (service: Service) => locations[service]() === null;

/** `describe` for tests that need these services: skipped, and counted as skipped, when one is missing. */
export const describeWith = (...services: readonly Service[]) => describe.skipIf(services.some(isMissing));

/** Runs a suite once on each database. */
export function describeEachDialect(name: string, suite: (dialect: Dialect) => void): void {
  describe(`${name} (SQLite)`, () => suite('sqlite'));
  describeWith('postgres')(`${name} (PostgreSQL)`, () => suite('postgres'));
}

/** The URL of the run's Redis, shared by all test files: prefix your keys. @throws when Redis is missing; use `describeWith('redis')`. */
export const redisUrl = (): string => existing('redis');

/** The path of a browser for playwright-core's `executablePath`. @throws when there is none. */
export const chromium = (): string => existing('chromium');

function existing(service: Service): string {
  const location = locations[service]();
  if (location === null) throw new Error(`${service} is missing: wrap this test in describeWith('${service}', …)`);
  return location;
}

const releases: (() => Promise<void>)[] = [];

/** Called after each test file, newest first. */
export async function releaseAll(): Promise<void> {
  for (const release of releases.splice(0).toReversed()) await release();
}

/** A Redis of this test alone, to kill and start again; released after the test file. */
export async function startRedis({ port }: { port?: number } = {}): Promise<ChildService> {
  return releaseLater(await startRedisServer(port));
}

/** A ClamAV of this test alone; released after the test file. */
export async function startClamd(options: ClamdOptions): Promise<ChildService> {
  return releaseLater(await startClamdServer(existing('clamd'), options));
}

/** A Redis Cluster of three nodes of this test alone, to kill and start again; released after the test file. */
export async function startRedisCluster(): Promise<RedisClusterService> {
  const cluster = await startRedisClusterServer();
  releases.push(() => cluster.release());
  return cluster;
}

/** A PostgreSQL of this test alone, to kill and start again; released after the test file. `settings` as in postgresql.conf. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<ChildService> {
  return releaseLater(await startPostgresServer(settings));
}

/** Releases the service after the test file. */
export function releaseLater(service: ChildService): ChildService {
  releases.push(() => service.release());
  return service;
}

export interface Template {
  /** Names the content: the same name, the same content, in all test files. */
  readonly name: string;
  /** Fills an empty database, e.g. by migrations, and closes every connection to it. Runs once per run, or seldom more. */
  readonly prepare: (url: string) => Promise<void>;
}

export interface TestDatabase {
  readonly dialect: Dialect;
  /** As in DATABASE_URL: `sqlite:/…/file.db` or `postgres://…`. */
  readonly url: string;
  /** Optional: it is dropped after the test file all the same. */
  drop(): Promise<void>;
}

/** A fresh database of this test's own, empty or a copy of the template; dropped after the test file. */
export async function aDatabase(dialect: Dialect, template?: Template): Promise<TestDatabase> {
  const database = dialect === 'sqlite' ? await aSqliteFile(template) : await aPostgresDatabase(template);
  releases.push(() => database.drop());
  return database;
}

async function aSqliteFile(template: Template | undefined): Promise<TestDatabase> {
  const folder = await mkdtemp(join(inject('runFolder'), 'sqlite-'));
  const file = join(folder, 'baton.db');
  if (template) await copyFile(await sqliteTemplate(template), file);
  return {
    dialect: 'sqlite',
    url: `sqlite:${file}`,
    drop: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Two processes may both prepare it; the rename lets only a finished one be seen. */
async function sqliteTemplate({ name, prepare }: Template): Promise<string> {
  const finished = join(inject('runFolder'), `template-${name}.db`);
  if (existsSync(finished)) return finished;
  const draft = join(await mkdtemp(join(inject('runFolder'), 'draft-')), 'baton.db');
  await prepare(`sqlite:${draft}`);
  if (existsSync(`${draft}-wal`)) throw new Error(`The template "${name}" left its SQLite file open`);
  await rename(draft, finished);
  return finished;
}

let databaseCount = 0;

async function aPostgresDatabase(template: Template | undefined): Promise<TestDatabase> {
  const admin = existing('postgres');
  const from = template ? await postgresTemplate(admin, template) : 'template0';
  const name = `${inject('runName')}_${process.pid}_${++databaseCount}`;
  await runSql(admin, `CREATE DATABASE "${name}" TEMPLATE "${from}"`);
  return {
    dialect: 'postgres',
    url: urlOf(admin, name),
    drop: async () => {
      await runSql(admin, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
  };
}

/** Test files run in several processes: the lock lets one prepare while the others wait; a session's end frees it. */
async function postgresTemplate(admin: string, { name, prepare }: Template): Promise<string> {
  const finished = `${inject('runName')}_template_${name}`;
  const draft = `${finished}_draft`;
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [finished]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [finished]);
    if (rowCount) return finished;
    await client.query(`DROP DATABASE IF EXISTS "${draft}" WITH (FORCE)`);
    await client.query(`CREATE DATABASE "${draft}" TEMPLATE template0`);
    await prepare(urlOf(admin, draft));
    await client.query(`ALTER DATABASE "${draft}" RENAME TO "${finished}"`);
    return finished;
  } finally {
    await client.end();
  }
}

function urlOf(admin: string, database: string): string {
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}
