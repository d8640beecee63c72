import type { Command } from 'commander';
import type { App } from '../app.js';
import { loadConfig, RefusedConfiguration, type Config } from '../config.js';
import { toAppError } from '../db/databaseErrors.js';
import { AppError } from '../kernel/errors.js';
import { keepStatistics } from '../db/plannerStatistics.js';
import { createLogger } from '../kernel/logger.js';
import { logDestination, outputFor, type Output } from './output.js';

export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 78 } as const;

/** What was asked for makes no sense, or needs to be said more clearly; nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command works with: everything is built from the environment, and closed after it. */
export interface Session {
  readonly app: App;
  readonly config: Config;
  readonly output: Output;
}
interface Needs {
  /** Refuse, with what to do about it, while migrations are pending. */
  readonly migrated?: boolean;
}

/** Runs a command's work and sets the exit code: false means that it ended, but not well. */
export async function inSession(
  command: Command,
  { migrated = false }: Needs,
  work: (session: Session) => Promise<boolean | void>,
): Promise<void> {
  const output = outputOf(command);
  try {
    const config = loadConfig();
    const { buildApp } = await import('../app.js');
    const quiet = process.env['LOG_LEVEL'] ? config.logLevel : 'warn';
    const log = createLogger(quiet, logDestination);
    const app = buildApp(config, { log });
    const { db } = app.deps;
    let stopLooking: (() => void) | undefined;
    try {
      if (migrated) await demandMigrated(app);
      // What a command adds may be much of what there is; a server looks by itself, and at SQLite whoever serves it does.
      if (migrated && db.dialect.name === 'postgres') stopLooking = keepStatistics(db, log);
      if ((await work({ app, config, output })) === false) process.exitCode = exitCodes.failed;
    } finally {
      stopLooking?.();
      await app.close();
    }
  } catch (error) {
    process.exitCode = tell(output, error);
  }
}

export const outputOf = (command: Command): Output =>
  outputFor(command.optsWithGlobals<{ json?: boolean }>().json === true);

async function demandMigrated({ migrator }: App): Promise<void> {
  const { pending } = await migrator.status();
  if (pending.length > 0)
    throw new AppError('CONFLICT', `The database lacks ${pending.length} migrations. Run: baton db migrate`);
}

/** One plain line for whatever ended a command. */
export function tell(output: Output, thrown: unknown): number {
  const error = toAppError(thrown);
  if (error instanceof RefusedConfiguration) {
    output.failure('REFUSED', `refused configuration: ${error.message.replaceAll('\n', '; ')}`);
    return exitCodes.refused;
  }
  if (error instanceof UsageError) {
    output.failure('USAGE', error.message);
    return exitCodes.usage;
  }
  // By its name: the class would bring the whole database with it, also to those who only ask for help.
  const known = error instanceof AppError || (error instanceof Error && told.has(error.name));
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const code = error instanceof AppError ? error.code : 'FAILED';
  output.failure(code, (known ? message : `failed: ${message}`) + hintFor(code, message));
  return exitCodes.failed;
}

/** Errors that say all in their own words. */
const told: ReadonlySet<string> = new Set([
  'MigrationFailed',
  'BadBackup',
  'BackupExists',
  'TargetNotEmpty',
  'LoadFailed',
  'NoSuchTable',
]);

function hintFor(code: string, message: string): string {
  if (message === 'the database is not empty.') return ' To replace what it holds: --force';
  if (code === 'UNAVAILABLE') return ' Does the server of DATABASE_URL run?';
  return /^database ".*" does not exist$/.test(message) ? '. To make it: baton db init' : '';
}
