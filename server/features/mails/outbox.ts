import type { Database } from '../../db/database.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { MailSettings } from './mailSettings.js';

/** A mail that this node may try to send. */
export interface ClaimedMail {
  readonly userId: string;
  readonly mailId: string;
  /** This one included. */
  readonly attempts: number;
}

const STEP = 200;
/** So many are sent at once. */
const CLAIMED = 5;

const ripe = 'HAVING max(n.created_at) <= $1 OR min(n.created_at) <= $2';
const waiting = 'FROM notifications n WHERE n.awaits_mail AND n.mail_id IS NULL';
/** Who has a mail on its way already waits for the next: so nobody gets two at once after an outage. */
export const findRipe = statement(
  'mails.ripe',
  `SELECT n.user_id ${waiting} AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.user_id = n.user_id)
   GROUP BY n.user_id ${ripe} ORDER BY n.user_id LIMIT ${STEP}`,
);
// The key of `mails` lets one of several nodes do it. What is in a mail is settled here: an attempt that nobody knows the end of
// is repeated with the same, or who takes the repeat for a double would lose what was added.
const beginMails = statement(
  'mails.begin',
  (d) => `INSERT INTO mails (user_id, mail_id, attempts, due_at, created_at, updated_at)
   SELECT n.user_id, min(n.id), 0, ${d.cast('$4', 'DATE')}, ${d.cast('$4', 'DATE')}, ${d.cast('$4', 'DATE')}
   ${waiting} AND ${d.anyOf('n.user_id', '$3')} GROUP BY n.user_id ${ripe} ORDER BY n.user_id
   ON CONFLICT (user_id) DO NOTHING RETURNING user_id`,
);
const fillMails = statement(
  'mails.fill',
  (d) => `UPDATE notifications SET mail_id = (SELECT m.mail_id FROM mails m WHERE m.user_id = notifications.user_id)
   WHERE awaits_mail AND mail_id IS NULL AND ${d.anyOf('user_id', '$1')}`,
);

/** Begins a mail for each of those who were told something and have had their time. Not all at once when they are many. */
export async function gatherMails(db: Database, now: Date, { quietMs, gatherMs }: MailSettings): Promise<void> {
  const before = [new Date(now.getTime() - quietMs), new Date(now.getTime() - gatherMs)];
  const people = await db.all<{ user_id: string }>(findRipe, before);
  if (people.length === 0) return;
  await inTransaction(db, async (all) => {
    const begun = await all<{ user_id: string }>(beginMails, [...before, people.map(({ user_id }) => user_id), now]);
    if (begun.length > 0) await all(fillMails, [begun.map(({ user_id }) => user_id)]);
  });
}

const anyDue = statement('mails.anyDue', 'SELECT user_id FROM mails WHERE due_at <= $1 LIMIT 1');
// Of two nodes that want the same row the second waits for the first, looks again, and does not get it.
const claim = statement(
  'mails.claim',
  `UPDATE mails SET due_at = $2, attempts = attempts + 1, updated_at = $1
   WHERE due_at <= $1 AND user_id IN (SELECT user_id FROM mails WHERE due_at <= $1 ORDER BY due_at, user_id LIMIT ${CLAIMED})
   RETURNING user_id, mail_id, attempts`,
);

/** Mails that are due, for this node alone until the lease ends; of a node that died they are due again then. */
export async function claimMails(db: Database, now: Date, { leaseMs }: MailSettings): Promise<ClaimedMail[]> {
  if ((await db.all(anyDue, [now])).length === 0) return [];
  type Row = { user_id: string; mail_id: string; attempts: number };
  const rows = await inTransaction(db, (all) => all<Row>(claim, [now, new Date(now.getTime() + leaseMs)]));
  return rows.map(({ user_id: userId, mail_id: mailId, attempts }) => ({ userId, mailId, attempts }));
}

const settle = statement(
  'mails.settle',
  'UPDATE notifications SET awaits_mail = $3, mailed_at = $4 WHERE awaits_mail AND user_id = $1 AND mail_id = $2',
);
const forget = statement('mails.forget', 'DELETE FROM mails WHERE user_id = $1 AND mail_id = $2');
// Whose lease ended meanwhile has no say any more.
const postpone = statement(
  'mails.postpone',
  'UPDATE mails SET due_at = $4, updated_at = $5 WHERE user_id = $1 AND mail_id = $2 AND attempts = $3',
);

/** Ends a mail: it was sent at `sentAt`, or never will be. */
export const endMail = (db: Database, { userId, mailId }: ClaimedMail, sentAt: Date | null): Promise<unknown> =>
  inTransaction(db, async (all) => {
    await all(settle, [userId, mailId, false, sentAt]);
    await all(forget, [userId, mailId]);
  });

/** Lets a mail be tried again, the later the more often it was. */
export const retryMail = (
  db: Database,
  { userId, mailId, attempts }: ClaimedMail,
  now: Date,
  { retryMs, retryMaxMs }: MailSettings,
): Promise<unknown> => {
  const inMs = Math.min(retryMs * 2 ** (attempts - 1), retryMaxMs);
  return inTransaction(db, (all) => all(postpone, [userId, mailId, attempts, new Date(now.getTime() + inMs), now]));
};

export const countWaiting = statement(
  'mails.waiting',
  'SELECT count(*) AS waiting FROM notifications WHERE awaits_mail',
);

/** How many notifications are still to be sent. */
export async function waitingCount(db: Database): Promise<number> {
  const [row] = await db.all<{ waiting: number | string }>(countWaiting, []);
  return Number(row?.waiting ?? 0);
}

const inTransaction = <Result>(db: Database, work: (all: RunStatement) => Promise<Result>): Promise<Result> =>
  db.sequelize.transaction((transaction) => work(db.on(transaction)));
