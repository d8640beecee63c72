import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { runSql } from '../support/postgresServer.js';
import { findRedisServer } from '../support/executables.js';
import { repository } from './build.js';
import { isPinned } from './processes.js';
import type { Services } from './services.js';

const packages = [
  'pg',
  'sqlite3',
  'sequelize',
  'ws',
  '@trpc/server',
  'socket.io',
  '@feathersjs/feathers',
  'ioredis',
  'zod',
  'typescript',
];

function versionOf(name: string): string {
  const text = readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function output(command: string, ...args: string[]): string | null {
  try {
    return execFileSync(command, args, {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** What a figure depends on besides the code. */
export async function describeEnvironment({ postgres }: Services) {
  const redis = findRedisServer();
  return {
    commit: output('git', 'rev-parse', '--short', 'HEAD'),
    changedFiles: output('git', 'status', '--porcelain')?.split('\n').filter(Boolean).length ?? null,
    processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    kernel: release(),
    load: loadavg()[0],
    pinned: isPinned,
    node: process.version,
    postgres: postgres ? (await runSql(postgres.url, 'SHOW server_version'))[0]?.['server_version'] : null,
    redis: redis ? (/v=([\d.]+)/.exec(output(redis, '--version') ?? '')?.[1] ?? null) : null,
    sqlite: await sqliteVersion(),
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

const sqliteVersion = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const handle = new sqlite3.Database(':memory:');
    handle.get<{ version: string }>('SELECT sqlite_version() AS version', (error, row) => {
      handle.close();
      if (error) reject(error);
      else resolve(row.version);
    });
  });
