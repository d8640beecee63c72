import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildService } from '../../support/childService.js';
import { startGuard } from '../../support/guard.js';
import { runSql, startPostgresServer } from '../../support/postgresServer.js';
import { startRedisServer } from '../../support/redisServer.js';
import { mountDisk, type SmallDisk } from './smallDisk.js';

/** What all stages of a run stand on; everything is gone after `release`. */
export interface Services {
  readonly postgres: ChildService;
  readonly redis: ChildService;
  /** For SQLite files and histories. */
  readonly folder: string;
  /** A fresh, empty database; a file on a disk of its own of so many megabytes, if told. */
  database(dialect: 'postgres' | 'sqlite', diskMb?: number): Promise<FreshDatabase>;
  readonly release: () => Promise<void>;
}

interface FreshDatabase {
  readonly url: string;
  readonly disk: SmallDisk | null;
  readonly drop: () => Promise<void>;
}

/** What was acknowledged must survive whatever is done to the server, so it is as durable as it is by default. */
export const durable = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', shared_buffers: '128MB' };

export async function startServices(): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-proof-'));
  await chmod(folder, 0o755);
  const guard = startGuard(folder);
  const [postgres, redis] = await Promise.all([startPostgresServer(durable), startRedisServer()]);
  let databases = 0;
  return {
    postgres,
    redis,
    folder,
    async database(dialect, diskMb) {
      const name = `proof_${++databases}`;
      if (dialect === 'sqlite') return sqliteIn(await mkdtemp(join(folder, 'sqlite-')), diskMb);
      await runSql(postgres.url, `CREATE DATABASE ${name} TEMPLATE template0`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      const drop = async () => void (await runSql(postgres.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      return { url: url.href, disk: null, drop };
    },
    release: async () => {
      await Promise.all([postgres.release(), redis.release()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      guard.dismiss();
    },
  };
}

function sqliteIn(home: string, diskMb: number | undefined): FreshDatabase {
  const disk = diskMb === undefined ? null : mountDisk(join(home, 'disk'), diskMb);
  const drop = async () => {
    disk?.release();
    await rm(home, { recursive: true, force: true });
  };
  return { url: `sqlite:${join(disk?.folder ?? home, 'baton.db')}`, disk, drop };
}
