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
  /** Idempotency keys since they were written, refresh tokens since they ended; a week unless told. */
  readonly keptDays?: number;
  readonly notificationDays?: number;
}

/** Rows of one transaction: short ones let writers through. */
const STEP = 1_000;
const BREATH_MS = 20;
const DAY_MS = 86_400_000;
const KEPT_DAYS = 7;
const NOTIFICATION_DAYS = 90;
const CONSUMER_DAYS = 30;
const HOUR_MS = 3_600_000;

/** The statements that shorten one kind of stream from its old end. */
interface Trimming {
  /** The last event that everybody has handled who acts upon them; null: nobody does. */
  readonly unread: Statement | null;
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
  unread: Statement | null,
): Trimming => ({
  unread,
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
// Who has not been seen for long is not waited for: of what it misses it says so when it comes back.
const unread = statement(
  'retention.unread',
  `SELECT min(COALESCE(k.seq, 0)) AS seq FROM log_consumers n
   LEFT JOIN log_cursors k ON k.consumer = n.name AND k.project_id = $1 WHERE n.seen_at > $2`,
);
const kinds = [
  trimming('projects', 'events', 'project_counters', 'project_id', 'event_seq', 'event_min_seq', unread),
  trimming('feeds', 'feed_events', 'user_feeds', 'user_id', 'feed_seq', 'feed_min_seq', null),
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

// A rule's runs too.
const removeRuns = statement(
  'retention.runs',
  `DELETE FROM workflow_runs WHERE id IN
     (SELECT id FROM workflow_runs WHERE id < $1 ORDER BY id LIMIT ${STEP}) RETURNING id`,
);

export interface Forgotten {
  readonly events: number;
  readonly keys: number;
  readonly tokens: number;
  readonly audit: number;
  readonly notifications: number;
  readonly runs: number;
}

/**
 * Forgets events and lines of the audit log older than their retention, idempotency keys older than a week, refresh tokens
 * that ended a week ago, notifications and runs of rules of 90 days ago. Events that a consumer has not handled yet stay. An event's age is that of its id: imported ones may carry any time. A cursor before what is left is
 * told to resync. May run on several nodes at once.
 */
export async function pruneOnce(options: RetentionOptions): Promise<Forgotten> {
  const {
    db,
    clock,
    eventDays,
    auditDays,
    keptDays = KEPT_DAYS,
    notificationDays = NOTIFICATION_DAYS,
    logger,
  } = options;
  let events = 0;
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
  if (eventDays > 0) {
    const cutoff = firstIdAt(daysAgo(eventDays));
    for (const kind of kinds) {
      for (const { id } of await db.all<{ id: string }>(kind.candidates, []))
        events += await trim(db, kind, id, cutoff, daysAgo(CONSUMER_DAYS));
    }
  }
  const before = daysAgo(keptDays);
  const keys = await forget(db, removeKeys, before);
  const tokens = await forget(db, removeTokens, before);
  const audit = auditDays > 0 ? await forget(db, removeAudit, daysAgo(auditDays)) : 0;
  const notifications = await forget(db, removeNotifications, firstIdAt(daysAgo(notificationDays)));
  const runs = await forget(db, removeRuns, firstIdAt(daysAgo(notificationDays)));
  const forgotten = { events, keys, tokens, audit, notifications, runs };
  if (Object.values(forgotten).some((count) => count > 0)) logger.info(forgotten, 'what is old was forgotten');
  return forgotten;
}

const countKeys = statement('retention.countKeys', 'SELECT count(*) AS n FROM idempotency_keys WHERE created_at < $1');
const countTokens = statement(
  'retention.countTokens',
  'SELECT count(*) AS n FROM refresh_tokens WHERE expires_at < $1',
);
const countAudit = statement('retention.countAudit', 'SELECT count(*) AS n FROM audit_log WHERE at < $1');
const countNotifications = statement(
  'retention.countNotifications',
  'SELECT count(*) AS n FROM notifications WHERE id < $1',
);
const countRuns = statement('retention.countRuns', 'SELECT count(*) AS n FROM workflow_runs WHERE id < $1');
const countEvents = statement(
  'retention.countEvents',
  `SELECT (SELECT count(*) FROM events WHERE id < $1) + (SELECT count(*) FROM feed_events WHERE id < $1) AS n`,
);

/** How much {@link pruneOnce} would forget, more or less: streams are shortened only from their old end. */
export async function countForgettable(options: Omit<RetentionOptions, 'logger'>): Promise<Forgotten> {
  const { db, clock, eventDays, auditDays, keptDays = KEPT_DAYS, notificationDays = NOTIFICATION_DAYS } = options;
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
  const count = async (asked: Statement, before: Date | string) => {
    const [row] = await db.all<{ n: number | string }>(asked, [before]);
    return Number(row?.n ?? 0);
  };
  return {
    events: eventDays > 0 ? await count(countEvents, firstIdAt(daysAgo(eventDays))) : 0,
    keys: await count(countKeys, daysAgo(keptDays)),
    tokens: await count(countTokens, daysAgo(keptDays)),
    audit: auditDays > 0 ? await count(countAudit, daysAgo(auditDays)) : 0,
    notifications: await count(countNotifications, firstIdAt(daysAgo(notificationDays))),
    runs: await count(countRuns, firstIdAt(daysAgo(notificationDays))),
  };
}

async function trim(db: Database, kind: Trimming, id: string, cutoff: string, seenSince: Date): Promise<number> {
  let removed = 0;
  const [read] = kind.unread ? await db.all<{ seq: number | null }>(kind.unread, [id, seenSince]) : [];
  const lastRead = read?.seq ?? Infinity;
  for (;;) {
    const rows = await db.all<{ seq: number; id: string }>(kind.oldest, [id]);
    const firstKept = rows.findIndex((row) => row.id >= cutoff || row.seq > lastRead);
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
