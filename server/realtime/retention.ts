import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import { statement, type RunStatement, type Statement } from '../db/statement.js';
import { firstIdAt } from '../kernel/ids.js';
import type { Clock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import { repeat } from '../kernel/repeat.js';

export interface RetentionOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 keeps events for ever. */
  readonly eventDays: number;
  /** 0 keeps the audit log for ever. */
  readonly auditDays: number;
}

/** Rows of one transaction: short ones let writers through. */
const STEP = 1_000;
const BREATH_MS = 20;
const DAY_MS = 86_400_000;
/** Idempotency keys since they were written, refresh tokens since they ended. */
const KEPT_DAYS = 7;
const NOTIFICATION_DAYS = 90;
const HOUR_MS = 3_600_000;

/** The statements that shorten one kind of stream from its old end. */
interface Trimming {
  readonly candidates: Statement;
  readonly oldest: Statement;
  readonly remove: Statement;
  readonly moveStart: Statement;
}

const trimming = (
  what: string,
  events: string,
  counters: string,
  owner: string,
  seq: string,
  minSeq: string,
): Trimming => ({
  candidates: statement(
    `retention.${what}`,
    `SELECT ${owner} AS id FROM ${counters} WHERE ${minSeq} <= ${seq} ORDER BY ${owner}`,
  ),
  oldest: statement(
    `retention.${what}.oldest`,
    `SELECT seq, id FROM ${events} WHERE ${owner} = $1 ORDER BY seq LIMIT ${STEP}`,
  ),
  remove: statement(`retention.${what}.remove`, `DELETE FROM ${events} WHERE ${owner} = $1 AND seq <= $2`),
  moveStart: statement(
    `retention.${what}.start`,
    `UPDATE ${counters} SET ${minSeq} = $2 WHERE ${owner} = $1 AND ${minSeq} < $2`,
  ),
});
const kinds = [
  trimming('projects', 'events', 'project_counters', 'project_id', 'event_seq', 'event_min_seq'),
  trimming('feeds', 'feed_events', 'user_feeds', 'user_id', 'feed_seq', 'feed_min_seq'),
];
const removeKeys = statement(
  'retention.keys',
  `DELETE FROM idempotency_keys WHERE (user_id, key) IN
     (SELECT user_id, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT ${STEP}) RETURNING key`,
);
// Each family from its first token on: a token stays while the one that it replaced still points at it.
const removeTokens = statement(
  'retention.tokens',
  `DELETE FROM refresh_tokens WHERE id IN
     (SELECT t.id FROM refresh_tokens t WHERE t.expires_at < $1
        AND NOT EXISTS (SELECT 1 FROM refresh_tokens p WHERE p.replaced_by_id = t.id)
      ORDER BY t.expires_at LIMIT ${STEP}) RETURNING id`,
);

const removeAudit = statement(
  'retention.audit',
  `DELETE FROM audit_log WHERE id IN
     (SELECT id FROM audit_log WHERE at < $1 ORDER BY at, id LIMIT ${STEP}) RETURNING id`,
);

// Their ids tell their age, and lie in its order.
const removeNotifications = statement(
  'retention.notifications',
  `DELETE FROM notifications WHERE id IN
     (SELECT id FROM notifications WHERE id < $1 ORDER BY id LIMIT ${STEP}) RETURNING id`,
);

interface Forgotten {
  readonly events: number;
  readonly keys: number;
  readonly tokens: number;
  readonly audit: number;
  readonly notifications: number;
}

/**
 * Forgets events and lines of the audit log older than their retention, idempotency keys older than a week, refresh tokens
 * that ended a week ago and notifications of 90 days ago. An event's age is that of its id: imported ones may carry any time. A cursor before what is left is
 * told to resync. May run on several nodes at once.
 */
export async function pruneOnce({ db, clock, eventDays, auditDays, logger }: RetentionOptions): Promise<Forgotten> {
  let events = 0;
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
  if (eventDays > 0) {
    const cutoff = firstIdAt(daysAgo(eventDays));
    for (const kind of kinds) {
      for (const { id } of await db.all<{ id: string }>(kind.candidates, []))
        events += await trim(db, kind, id, cutoff);
    }
  }
  const before = daysAgo(KEPT_DAYS);
  const keys = await forget(db, removeKeys, before);
  const tokens = await forget(db, removeTokens, before);
  const audit = auditDays > 0 ? await forget(db, removeAudit, daysAgo(auditDays)) : 0;
  const notifications = await forget(db, removeNotifications, firstIdAt(daysAgo(NOTIFICATION_DAYS)));
  const forgotten = { events, keys, tokens, audit, notifications };
  if (Object.values(forgotten).some((count) => count > 0)) logger.info(forgotten, 'what is old was forgotten');
  return forgotten;
}

async function trim(db: Database, kind: Trimming, id: string, cutoff: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const rows = await db.all<{ seq: number; id: string }>(kind.oldest, [id]);
    const firstKept = rows.findIndex((row) => row.id >= cutoff);
    const old = firstKept === -1 ? rows : rows.slice(0, firstKept);
    const last = old.at(-1)?.seq;
    if (last === undefined) return removed;
    await inTransaction(db, async (all) => {
      await all(kind.remove, [id, last]);
      // Writers wait for this row: last.
      await all(kind.moveStart, [id, last + 1]);
    });
    removed += old.length;
    if (old.length < STEP) return removed;
    await sleep(BREATH_MS);
  }
}

async function forget(db: Database, step: Statement, before: Date | string): Promise<number> {
  let removed = 0;
  for (;;) {
    let count = 0;
    await inTransaction(db, async (all) => {
      count = (await all(step, [before])).length;
    });
    removed += count;
    if (count === 0) return removed;
    await sleep(BREATH_MS);
  }
}

const inTransaction = (db: Database, work: (all: RunStatement) => Promise<void>): Promise<void> =>
  db.sequelize.transaction((transaction) => work(db.on(transaction)));

/** Prunes now and every hour until the returned function is called. */
export function keepPruning(options: RetentionOptions): () => void {
  return repeat(HOUR_MS, async () => {
    try {
      await pruneOnce(options);
    } catch (error) {
      options.logger.warn({ error: String(error) }, 'what is old could not be forgotten; trying again in an hour');
    }
  });
}
