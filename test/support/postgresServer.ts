import { execFile } from 'node:child_process';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, startService, type ChildService } from './childService.js';
import { findPostgres, type PostgresPrograms } from './executables.js';

/** PostgreSQL refuses to run as root; nobody exists everywhere. */
export const NOBODY = 65_534;
export const isRoot = process.getuid?.() === 0;

/**
 * For speed, what a power cut would spoil: no test asks for that. A killed server keeps what was committed, so
 * synchronous_commit stays on.
 */
export const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  log_min_messages: 'warning',
};

/** A cluster of our own on a free loopback port; its `url` is that of an administrator. */
export async function startPostgresServer(settings: Readonly<Record<string, string>> = {}): Promise<ChildService> {
  const programs = findPostgres();
  if (!programs) throw new Error('PostgreSQL is missing');
  const folder = await mkdtemp(join(tmpdir(), 'baton-postgres-'));
  if (isRoot) await chown(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  const options = optionsFor(programs);
  const initdbArgs = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(programs.initdb, initdbArgs, options);

  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return startService({
    url,
    port,
    folder,
    command: programs.postgres,
    args: ['-D', data, '-p', String(port), ...asFlags({ ...SETTINGS, ...settings })],
    options,
    stopSignal: 'SIGINT',
    ping: () => runSql(url, 'SELECT 1').then(() => undefined),
  });
}

export function optionsFor({ libraries }: PostgresPrograms) {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) };
  return { cwd: tmpdir(), env, ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) };
}

export const asFlags = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Runs statements one after the other on one connection and gives the rows of the last. */
export async function runSql(
  url: string,
  ...statements: readonly string[]
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: readonly Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    return rows;
  } finally {
    await client.end();
  }
}
