import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'sequelize';
import type { Actor } from '../kernel/actor.js';
import { canonicalJson } from '../kernel/canonicalJson.js';
import type { Clock } from '../kernel/clock.js';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { Database } from './database.js';
import { isTransient, toAppError } from './databaseErrors.js';
import { Recorder } from './recorder.js';
import { statement, type RunStatement } from './statement.js';
import { guarded, refuseStrayQuery } from './strayQueryGuard.js';
import type { Wake } from './wake.js';

export interface WriteDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells followers here and on other nodes that streams moved. Called after COMMIT; never awaited, never throws. */
  readonly wake: (wakes: readonly Wake[]) => void;
}

/** One call of one mutation: what it was, by whom, and under which key a repeat finds its reply. */
export interface Call {
  readonly actor: Actor;
  readonly procedure: string;
  readonly input: { readonly idempotencyKey?: string | undefined };
}

export interface UnitOfWork {
  readonly transaction: Transaction;
  /** The command's time, equal for everything it writes. */
  readonly at: Date;
  readonly all: RunStatement;
  readonly record: Recorder;
}

const PATIENCE_MS = 5_000;

/**
 * Runs `work` in one transaction together with its events and its idempotency record, and wakes followers once it is
 * committed. Work that failed for a passing reason is run again; so `work` must keep its effects inside the transaction.
 * @throws IDEMPOTENCY_KEY_REUSED the key came with another input before; UNAVAILABLE the database did not answer in
 * {@link PATIENCE_MS}; DUPLICATE, BAD_INPUT what the database itself refused; and what `work` throws.
 * @see docs/adr/003-unit-of-work.md
 */
export async function inUnitOfWork<Reply>(
  deps: WriteDeps,
  call: Call,
  work: (unit: UnitOfWork) => Promise<Reply>,
): Promise<Reply> {
  refuseStrayQuery(`${call.procedure}, a unit of work of its own`);
  const deadline = Date.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(deps, call, work);
    if (outcome.kind === 'committed') {
      deps.wake(outcome.wakes);
      return outcome.reply;
    }
    const late = Date.now() > deadline;
    if (outcome.kind === 'ambiguous') {
      const committed = await wasCommitted(deps, call, outcome.marker, deadline);
      if (committed) {
        deps.wake(outcome.wakes);
        return outcome.reply;
      }
    } else if (!isTransient(outcome.error) || late) {
      throw toAppError(outcome.error);
    }
    deps.log.debug({ procedure: call.procedure, attempt, error: String(outcome.error) }, 'unit of work runs again');
    await sleep(Math.random() * Math.min(20 * 2 ** attempt, 500));
  }
}

type Outcome<Reply> =
  | { kind: 'committed'; reply: Reply; wakes: readonly Wake[] }
  | { kind: 'failed'; error: unknown }
  | { kind: 'ambiguous'; error: unknown; reply: Reply; wakes: readonly Wake[]; marker: Marker | null };

async function attemptOnce<Reply>(
  deps: WriteDeps,
  call: Call,
  work: (unit: UnitOfWork) => Promise<Reply>,
): Promise<Outcome<Reply>> {
  const doomed = dooms(deps.db);
  let transaction: Transaction;
  try {
    transaction = await deps.db.sequelize.transaction();
  } catch (error) {
    return { kind: 'failed', error };
  }
  const all = deps.db.on(transaction);
  const record = new Recorder(all, call.actor, deps.clock.now());
  const unit: UnitOfWork = { transaction, at: record.at, all, record };
  let reply: Reply;
  try {
    reply = await guarded(async () => {
      const earlier = await claimKey<Reply>(unit, call);
      if (earlier) return earlier.reply;
      const made = await work(unit);
      await record.flush();
      await keepReply(unit, call, made);
      return made;
    });
    if (doomed.has(transaction)) throw swallowed(doomed.get(transaction));
  } catch (error) {
    await transaction.rollback().catch((lost: unknown) => deps.log.debug({ lost: String(lost) }, 'rollback lost'));
    return { kind: 'failed', error: rootOf(error, doomed.get(transaction)) };
  }
  try {
    await transaction.commit();
    return { kind: 'committed', reply, wakes: record.wakes };
  } catch (error) {
    if (!isTransient(error)) return { kind: 'failed', error };
    return { kind: 'ambiguous', error, reply, wakes: record.wakes, marker: markerOf(call, record) };
  }
}

/** First error of each open transaction. PostgreSQL answers COMMIT of a failed one with ROLLBACK, which Sequelize takes for success. */
const doomsByDatabase = new WeakMap<Database, WeakMap<Transaction, unknown>>();
function dooms(db: Database): WeakMap<Transaction, unknown> {
  const known = doomsByDatabase.get(db);
  if (known) return known;
  const made = new WeakMap<Transaction, unknown>();
  db.onTransactionError((transaction, error) => {
    if (!made.has(transaction)) made.set(transaction, error);
  });
  doomsByDatabase.set(db, made);
  return made;
}

/** After a swallowed passing error every statement fails in another way; it is that first one that says to try again. */
const rootOf = (error: unknown, first: unknown): unknown =>
  first !== undefined && !isTransient(error) && isTransient(first) ? first : error;

const swallowed = (cause: unknown): unknown =>
  isTransient(cause)
    ? cause
    : new Error('a statement failed inside the unit of work and its error was swallowed', { cause });

// The insert waits for a concurrent call with the same key, so that its reply is seen and the work is not done twice.
const insertKey = statement(
  'idempotency.claim',
  `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (user_id, key) DO NOTHING RETURNING key`,
);
const findKey = statement(
  'idempotency.find',
  (d) =>
    `SELECT procedure, request_hash, ${d.jsonText('reply')} AS reply FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
);
const storeReply = statement(
  'idempotency.reply',
  'UPDATE idempotency_keys SET reply = $3 WHERE user_id = $1 AND key = $2',
);

async function claimKey<Reply>(unit: UnitOfWork, { actor, procedure, input }: Call): Promise<{ reply: Reply } | null> {
  const { idempotencyKey: key, ...request } = input;
  if (key === undefined) return null;
  const hash = createHash('sha256').update(canonicalJson(request)).digest('hex');
  const mine = await unit.all(insertKey, [actor.userId, key, procedure, hash, new Date()]);
  if (mine.length > 0) return null;
  const [found] = await unit.all<{ procedure: string; request_hash: string; reply: string }>(findKey, [
    actor.userId,
    key,
  ]);
  if (!found) throw new AppError('UNAVAILABLE', 'The key was released just now. Try again.');
  if (found.procedure !== procedure || found.request_hash !== hash)
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key belongs to another request.', {
      procedure: found.procedure,
    });
  return { reply: JSON.parse(found.reply) as Reply };
}

async function keepReply(unit: UnitOfWork, { actor, input }: Call, reply: unknown): Promise<void> {
  if (input.idempotencyKey === undefined) return;
  await unit.all(storeReply, [actor.userId, input.idempotencyKey, JSON.stringify(reply)]);
}

/** What proves, after a lost COMMIT, that the transaction took place: its key, or its first event. */
type Marker = {
  readonly statement: typeof findKey;
  readonly values: readonly (string | number)[];
  readonly transactionId: string | null;
};

const eventExists = statement('event.exists', 'SELECT id FROM events WHERE project_id = $1 AND seq = $2 AND id = $3');

function markerOf({ actor, input }: Call, record: Recorder): Marker | null {
  const { transactionId } = record;
  if (input.idempotencyKey !== undefined)
    return { statement: findKey, values: [actor.userId, input.idempotencyKey], transactionId };
  const [event] = record.events;
  return event ? { statement: eventExists, values: [event.projectId, event.seq, event.id], transactionId } : null;
}

const transactionStatus = statement('transaction.status', 'SELECT pg_xact_status($1::xid8) AS status');

/** A COMMIT may still be on its way when its connection is seen to be lost: what is not there yet may come. */
async function isUnderWay(deps: WriteDeps, { transactionId }: Marker): Promise<boolean> {
  if (transactionId === null) return false;
  const [row] = await deps.db.all<{ status: string | null }>(transactionStatus, [transactionId]);
  return row?.status === 'in progress';
}

async function wasCommitted(deps: WriteDeps, call: Call, marker: Marker | null, deadline: number): Promise<boolean> {
  const unknown = new AppError(
    'UNAVAILABLE',
    'The connection to the database broke during COMMIT. Ask again with the same idempotency key to learn the outcome.',
    { outcome: 'UNKNOWN' },
  );
  if (!marker) throw unknown;
  for (;;) {
    let why: unknown = 'it is still under way';
    try {
      if (!(await isUnderWay(deps, marker))) return (await deps.db.all(marker.statement, marker.values)).length > 0;
    } catch (error) {
      why = error;
    }
    if ((why instanceof Error && !isTransient(why)) || Date.now() > deadline) {
      deps.log.warn({ procedure: call.procedure, error: String(why) }, 'outcome of a COMMIT could not be learned');
      throw unknown;
    }
    await sleep(50);
  }
}
