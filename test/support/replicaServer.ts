import { execFile } from 'node:child_process';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startService, type ChildService } from './childService.js';
import { findBaseBackup, findPostgres } from './executables.js';
import { asFlags, isRoot, NOBODY, optionsFor, runSql, SETTINGS } from './postgresServer.js';

/**
 * A streaming replica of a server that {@link startPostgresServer} started, on a port of its own; its `url` leads to the same
 * database name. `settings` as in postgresql.conf.
 */
export async function startReplicaServer(
  primary: ChildService,
  settings: Readonly<Record<string, string>> = {},
): Promise<ChildService> {
  const [programs, baseBackup] = [findPostgres(), findBaseBackup()];
  if (!programs || baseBackup === null) throw new Error('pg_basebackup is missing');
  const folder = await mkdtemp(join(tmpdir(), 'baton-replica-'));
  if (isRoot) await chown(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  const options = optionsFor(programs);
  const from = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres'];
  await promisify(execFile)(
    baseBackup,
    [...from, '-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
    options,
  );
  const port = await freePort();
  const url = new URL(primary.url);
  url.port = String(port);
  return startService({
    url: url.href,
    port,
    folder,
    command: programs.postgres,
    args: ['-D', data, '-p', String(port), ...asFlags({ ...SETTINGS, hot_standby: 'on', ...settings })],
    options,
    stopSignal: 'SIGINT',
    ping: () => runSql(url.href, 'SELECT 1').then(() => undefined),
  });
}
