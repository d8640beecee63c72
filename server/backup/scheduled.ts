import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/database.js';
import { decodeRow } from '../db/decodeRow.js';
import { BackupRun } from '../db/models/BackupRun.js';
import { statement } from '../db/statement.js';
import type { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { Logger } from '../kernel/logger.js';
import { repeat } from '../kernel/repeat.js';
import type { FileStore } from '../storage/fileStore.js';
import { DRAFT } from './archiveWriter.js';
import { backup, type BackedUp } from './backup.js';

export interface BackupSchedule {
  readonly folder: string;
  readonly everyMs: number;
  /** So many stay in the folder, the newest. */
  readonly keep: number;
}
export interface ScheduleOptions extends BackupSchedule {
  readonly db: Database;
  readonly store: FileStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_MS = 60_000;
/** Who does not say for so long that it is still at it, is not. */
const DEAD_MS = 5 * 60_000;
const RETRY_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const REMEMBERED = 100;

// One row, which nobody else locks: the nodes ask one after the other.
const oneByOne = statement(
  'backups.turn',
  (d) => `SELECT id FROM installation ${d.name === 'postgres' ? 'FOR UPDATE' : ''}`,
);
const lastOf = statement('backups.last', 'SELECT * FROM backup_runs ORDER BY started_at DESC, id DESC LIMIT 1');
const lastDone = statement(
  'backups.lastDone',
  "SELECT started_at FROM backup_runs WHERE outcome = 'DONE' ORDER BY started_at DESC LIMIT 1",
);
const begin = statement(
  'backups.begin',
  "INSERT INTO backup_runs (id, outcome, started_at, seen_at, file) VALUES ($1, 'RUNNING', $2, $2, $3)",
);
const giveUp = statement(
  'backups.giveUp',
  "UPDATE backup_runs SET outcome = 'FAILED', ended_at = $1, detail = 'its node went away' WHERE outcome = 'RUNNING'",
);
const see = statement('backups.see', "UPDATE backup_runs SET seen_at = $2 WHERE id = $1 AND outcome = 'RUNNING'");
const end = statement(
  'backups.end',
  'UPDATE backup_runs SET outcome = $2, ended_at = $3, bytes = $4, row_count = $5, detail = $6 WHERE id = $1',
);
const forget = statement(
  'backups.forget',
  `DELETE FROM backup_runs WHERE id NOT IN (SELECT id FROM backup_runs ORDER BY started_at DESC, id DESC LIMIT ${REMEMBERED})`,
);

/** Of a database, not of a node. */
export interface LastBackup {
  readonly at: string;
  readonly outcome: BackupRun['outcome'];
  readonly bytes: number | null;
}
export async function lastBackup(db: Pick<Database, 'all'>): Promise<LastBackup | null> {
  const [raw] = await db.all(lastOf, []);
  if (!raw) return null;
  const { startedAt, endedAt, outcome, bytes } = decodeRow(BackupRun, raw);
  return { at: (endedAt ?? startedAt).toISOString(), outcome, bytes };
}

const nameAt = (now: Date): string => `baton-${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.tar`;
const ours = /^baton-\d{8}T\d{6}Z\.tar$/;

/**
 * Makes a backup when one is due and no other node is making it, and removes those that are too many. @returns null: none was due.
 */
export async function backUpWhenDue(options: ScheduleOptions): Promise<BackedUp | null> {
  const { db, store, clock, folder, logger } = options;
  const claimed = await claim(options);
  if (!claimed) return null;
  const { id, file } = claimed;
  const seen = setInterval(() => void db.all(see, [id, clock.now()]).catch(() => undefined), LOOK_MS).unref();
  try {
    const made = await backup({ db, store, now: clock.now(), file: join(folder, file) });
    const lacking = made.missing.length > 0 ? `${made.missing.length} files were not in the storage` : null;
    await db.all(end, [id, 'DONE', clock.now(), made.bytes, made.rows, lacking]);
    if (lacking) logger.warn({ file, missing: made.missing }, 'a backup lacks files that were not in the storage');
    logger.info({ file, bytes: made.bytes, rows: made.rows }, 'a backup was made');
    await removeOld(options, clock.now());
    return made;
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await db.all(end, [id, 'FAILED', clock.now(), null, null, detail]).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(seen);
  }
}

const claim = ({ db, clock, everyMs }: ScheduleOptions): Promise<{ id: string; file: string } | null> =>
  db.sequelize.transaction(async (transaction) => {
    const all = db.on(transaction);
    await all(oneByOne, []);
    const now = clock.now();
    const since = (moment: Date) => now.getTime() - moment.getTime();
    const [raw] = await all(lastOf, []);
    const last = raw ? decodeRow(BackupRun, raw) : null;
    if (last?.outcome === 'RUNNING' && since(last.seenAt) < DEAD_MS) return null;
    if (last?.outcome === 'FAILED' && since(last.startedAt) < Math.min(RETRY_MS, everyMs)) return null;
    const [done] = await all(lastDone, []);
    if (done && since(decodeRow(BackupRun, done).startedAt) < everyMs) return null;
    const [id, file] = [newId(), nameAt(now)];
    await all(giveUp, [now]);
    await all(begin, [id, now, file]);
    await all(forget, []);
    return { id, file };
  });

/** Only what bears a name that we give, and what we began and left. */
async function removeOld({ folder, keep }: BackupSchedule, now: Date): Promise<void> {
  const names = await readdir(folder);
  const old = names
    .filter((name) => ours.test(name))
    .toSorted()
    .slice(0, -keep);
  for (const name of old) await rm(join(folder, name), { force: true });
  for (const name of names.filter((one) => one.startsWith(`${DRAFT}baton-`))) {
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: now.getTime() }));
    if (now.getTime() - mtimeMs > DAY_MS) await rm(join(folder, name), { force: true });
  }
}

/** Looks every minute whether one is due, until the returned function is called. */
export const keepBackingUp = (options: ScheduleOptions): (() => void) =>
  repeat(LOOK_MS, async () => {
    try {
      await backUpWhenDue(options);
    } catch (error) {
      options.logger.error({ error: String(error) }, 'a backup could not be made; trying again later');
    }
  });
