import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type ChildService } from '../support/childService.js';
import { findPostgres, findRedisServer } from '../support/executables.js';
import { startGuard } from '../support/guard.js';
import { startPostgresServer } from '../support/postgresServer.js';
import { startRedisServer } from '../support/redisServer.js';
import { startChild, type Child, type ChildOptions } from './processes.js';
import type { Options } from './options.js';
import { authEnvironment } from './tokens.js';

/** What the measured programs work on; all of it is gone after `release`. */
export interface Services {
  /** Null when this machine has none; so is `redis`. */
  readonly postgres: ChildService | null;
  readonly redis: ChildService | null;
  /** For SQLite files. */
  readonly folder: string;
  release(): Promise<void>;
}

/** What every piece of the bench is given. */
export interface BenchTools {
  readonly options: Options;
  readonly services: Services;
  readonly tokens: readonly string[];
  readonly endsAt: number;
  readonly say: (text: string) => void;
}

/**
 * As durable as PostgreSQL is by default; the rest keeps checkpoints and their noise out of the measurements, and WAL files from being
 * made anew (filled with zeroes first) after each.
 */
const postgresSettings = {
  fsync: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  min_wal_size: '2GB',
  checkpoint_timeout: '30min',
};

export async function startServices(): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  const guard = startGuard(folder);
  const postgres = findPostgres() ? await startPostgresServer(postgresSettings) : null;
  const redis = findRedisServer() ? await startRedisServer() : null;
  return {
    postgres,
    redis,
    folder,
    release: async () => {
      await Promise.all([postgres?.release(), redis?.release()]);
      await rm(folder, { recursive: true, force: true });
      guard.dismiss();
    },
  };
}

export interface BatonServer extends Child {
  readonly port: number;
  readonly url: string;
}

type BatonOptions = Pick<ChildOptions, 'name' | 'profile'> & {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
};

const START_MS = 15_000;

/** The real server, as `npm start` runs it. */
export const startBaton = (options: BatonOptions): Promise<BatonServer> =>
  startServer({ ...options, script: import.meta.resolve('../../server/main.ts') });

/** A server that is configured as Baton is. */
export async function startServer(
  options: BatonOptions & Pick<ChildOptions, 'script'> & Partial<Pick<ChildOptions, 'role'>>,
): Promise<BatonServer> {
  const { name, script, databaseUrl, redisUrl, role = 'server', profile = false } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    ...authEnvironment,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl ?? '',
  };
  const child = startChild({
    name,
    script,
    role,
    environment,
    profile,
  });
  const deadline = Date.now() + START_MS;
  while (!(await isReady(url))) {
    if (Date.now() > deadline) throw new Error(`the server did not start; see bench-results/${name}.log`);
    await sleep(50);
  }
  return { ...child, port, url };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).status !== 503;
  } catch {
    return false;
  }
}

/** The address of another database of the same PostgreSQL. */
export const databaseOn = (adminUrl: string, name: string): string => adminUrl.replace(/[^/]*$/, name);
