import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findChromium, findClamd, findPostgres, findRedisServer } from './executables.js';
import { startGuard } from './guard.js';
import { runSql, startPostgresServer } from './postgresServer.js';
import { pingRedis, startRedisServer } from './redisServer.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** An administrator's URL; tests get databases of their own from `aDatabase`. Null when PostgreSQL is missing. */
    postgresUrl: string | null;
    redisUrl: string | null;
    /** For tests that start and kill Redis themselves. */
    redisServerPath: string | null;
    chromiumPath: string | null;
    clamdPath: string | null;
    /** Begins the name of every database of this run. */
    runName: string;
    /** Removed at the end of the run. */
    runFolder: string;
  }
}

interface Running {
  readonly url: string;
  release(): Promise<void>;
}

/** Starts what the tests need, or takes what TEST_DATABASE_URL and TEST_REDIS_URL name, and removes every trace of it afterwards. */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const runName = `baton_test_${process.pid.toString(36)}${Date.now().toString(36)}`;
  const runFolder = await mkdtemp(join(tmpdir(), 'baton-test-'));
  const guard = startGuard(runFolder);
  const [postgres, redis] = await allOrNone(providePostgres(runName), provideRedis());

  project.provide('postgresUrl', postgres?.url ?? null);
  project.provide('redisUrl', redis?.url ?? null);
  project.provide('redisServerPath', findRedisServer());
  project.provide('chromiumPath', findChromium());
  project.provide('clamdPath', findClamd());
  project.provide('runName', runName);
  project.provide('runFolder', runFolder);

  return async () => {
    await Promise.all([postgres?.release(), redis?.release()]);
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 });
    guard.dismiss();
  };
}

/** When one cannot start, the other does not stay behind. */
async function allOrNone<T extends readonly Promise<Running | null>[]>(
  ...starting: T
): Promise<{ [K in keyof T]: Running | null }> {
  const started = await Promise.allSettled(starting);
  if (started.some((s) => s.status === 'rejected')) {
    for (const s of started) if (s.status === 'fulfilled') await s.value?.release();
  }
  return Promise.all(starting);
}

async function providePostgres(runName: string): Promise<Running | null> {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) return findPostgres() ? startPostgresServer() : null;
  await runSql(url, 'SELECT 1').catch((cause: unknown) => {
    throw new Error('TEST_DATABASE_URL names a PostgreSQL that does not answer', { cause });
  });
  return { url, release: () => dropDatabasesOf(runName, url) };
}

async function dropDatabasesOf(runName: string, url: string): Promise<void> {
  const rows = await runSql(url, `SELECT datname FROM pg_database WHERE starts_with(datname, '${runName}')`);
  for (const { datname } of rows) await runSql(url, `DROP DATABASE IF EXISTS "${String(datname)}" WITH (FORCE)`);
}

async function provideRedis(): Promise<Running | null> {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) return findRedisServer() ? startRedisServer() : null;
  await pingRedis(url).catch((cause: unknown) => {
    throw new Error('TEST_REDIS_URL names a Redis that does not answer', { cause });
  });
  return { url, release: () => Promise.resolve() };
}
