import type { Database } from '../../db/database.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from '../../kernel/logger.js';
import type { FileStore, Found } from '../../storage/fileStore.js';

export interface SweepOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: FileStore;
}

/** An address and the upload that it begins last twenty minutes together: what is older will not be finished. */
const ABANDONED_MS = 60 * 60_000;
const STEP = 200;

const abandoned = statement(
  'sweep.abandoned',
  `SELECT DISTINCT ticket_id FROM (
     SELECT ticket_id FROM attachments WHERE state = 'PENDING' AND created_at < $1 ORDER BY created_at LIMIT ${STEP}) AS old`,
);
const lockTicket = statement(
  'sweep.ticket',
  (d) => `SELECT t.project_id FROM tickets t WHERE t.id = $1 ${d.lock('NO KEY UPDATE', 't')}`,
);
const forgetAbandoned = statement(
  'sweep.forget',
  "DELETE FROM attachments WHERE ticket_id = $1 AND state = 'PENDING' AND created_at < $2 RETURNING size",
);
const giveRoomBack = statement(
  'sweep.giveRoomBack',
  'UPDATE project_storage SET bytes = bytes - $2 WHERE project_id = $1',
);
const released = statement(
  'sweep.released',
  `SELECT id FROM stored_files WHERE released_at IS NOT NULL ORDER BY released_at LIMIT ${STEP}`,
);
const lockFile = statement(
  'sweep.file',
  (d) => `SELECT f.id FROM stored_files f WHERE f.id = $1 AND f.released_at IS NOT NULL ${d.lock('UPDATE', 'f')}`,
);
// Asked once the lock is held: whoever took the file meanwhile is seen.
const anyUse = statement('sweep.anyUse', 'SELECT id FROM attachments WHERE file_key = $1 LIMIT 1');
const keepFile = statement('sweep.keep', 'UPDATE stored_files SET released_at = NULL WHERE id = $1');
const forgetFile = statement('sweep.forgetFile', 'DELETE FROM stored_files WHERE id = $1');
const installation = statement('sweep.installation', 'SELECT epoch FROM installation');
const known = statement('sweep.known', (d) => `SELECT id FROM stored_files WHERE ${d.anyOf('id', '$1')}`);

export interface Swept {
  /** Announced and never come. */
  readonly abandoned: number;
  /** That nobody has any more. */
  readonly released: number;
  /** Files without a row, and unfinished ones: what a crash left. */
  readonly orphans: number;
}

/**
 * Removes what no attachment has: announcements that were not followed by bytes, bytes that were let go of, and what a crash left in
 * the storage. May run on several nodes at once, and beside everything else. `orphans` reads a list of all files.
 */
export async function sweepOnce(options: SweepOptions, { orphans = true } = {}): Promise<Swept> {
  const before = new Date(options.clock.now().getTime() - ABANDONED_MS);
  const swept = {
    abandoned: await sweepAbandoned(options, before),
    released: await sweepReleased(options),
    orphans: orphans ? await sweepOrphans(options, before) : 0,
  };
  if (Object.values(swept).some((count) => count > 0)) options.logger.info(swept, 'attachments were swept');
  return swept;
}

async function sweepAbandoned({ db }: SweepOptions, before: Date): Promise<number> {
  let count = 0;
  for (;;) {
    const tickets = await db.all<{ ticket_id: string }>(abandoned, [before]);
    if (tickets.length === 0) return count;
    for (const { ticket_id: ticketId } of tickets) {
      await inTransaction(db, async (all) => {
        // A ticket that moves takes its announcements along.
        const [ticket] = await all<{ project_id: string }>(lockTicket, [ticketId]);
        const gone = await all<{ size: number }>(forgetAbandoned, [ticketId, before]);
        const bytes = gone.reduce((sum, { size }) => sum + size, 0);
        if (ticket && bytes > 0) await all(giveRoomBack, [ticket.project_id, bytes]);
        count += gone.length;
      });
    }
  }
}

async function sweepReleased({ db, store }: SweepOptions): Promise<number> {
  let count = 0;
  for (;;) {
    const files = await db.all<{ id: string }>(released, []);
    if (files.length === 0) return count;
    for (const { id } of files) {
      let isGone = false;
      await inTransaction(db, async (all) => {
        isGone = false;
        if ((await all(lockFile, [id])).length === 0) return;
        const isUsed = (await all(anyUse, [id])).length > 0;
        await all(isUsed ? keepFile : forgetFile, [id]);
        isGone = !isUsed;
      });
      // Only now: a row without its file would be a broken promise, a file without a row is found below.
      if (isGone) await store.remove(id);
      if (isGone) count++;
    }
  }
}

/** Another database may have its files there, or this one from before it was restored: what it knows is unknown here. */
async function isOurs({ db, store, logger }: SweepOptions): Promise<boolean> {
  const owner = await store.owner();
  const epoch = await epochOf(db.all);
  if (owner !== null && owner !== epoch)
    logger.warn({ owner, epoch }, 'the storage of attachments holds files of another database; orphans stay in it');
  return owner === epoch;
}

/** What tells this database from every other. */
export async function epochOf(all: RunStatement): Promise<string> {
  const [row] = await all<{ epoch: string }>(installation, []);
  return row?.epoch ?? '';
}

async function sweepOrphans(options: SweepOptions, before: Date): Promise<number> {
  if (!(await isOurs(options))) return 0;
  const { db, store } = options;
  let count = await store.sweepUnfinished(before);
  for await (const files of store.list()) {
    for (let at = 0; at < files.length; at += STEP)
      count += await removeUnknown(db, store, files.slice(at, at + STEP), before);
  }
  return count;
}

async function removeUnknown(db: Database, store: FileStore, files: readonly Found[], before: Date): Promise<number> {
  const rows = await db.all<{ id: string }>(known, [files.map(({ id }) => id)]);
  const ids = new Set(rows.map(({ id }) => id));
  let count = 0;
  for (const { id, changedAt } of files) {
    // A young one may be about to get its row.
    if (ids.has(id) || (await changedAt().catch(() => before)) >= before) continue;
    await store.remove(id);
    count++;
  }
  return count;
}

const inTransaction = (db: Database, work: (all: RunStatement) => Promise<void>): Promise<void> =>
  db.sequelize.transaction((transaction) => work(db.on(transaction)));

const HOUR_MS = 3_600_000;
/** A list of all files is read once so many hours: only crashes make that necessary. */
const LISTED_EVERY = 24;

/** Sweeps now and every hour until the returned function is called. */
export function keepSweeping(options: SweepOptions): () => void {
  let runs = 0;
  let isRunning = false;
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      await sweepOnce(options, { orphans: runs++ % LISTED_EVERY === 0 });
    } catch (error) {
      options.logger.warn({ error: String(error) }, 'attachments could not be swept; trying again in an hour');
    } finally {
      isRunning = false;
    }
  };
  void run();
  const timer = setInterval(() => void run(), HOUR_MS).unref();
  return () => clearInterval(timer);
}
