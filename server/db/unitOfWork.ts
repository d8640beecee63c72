import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'sequelize';
import type { Clock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import type { Call } from './call.js';
import type { Database } from './database.js';
import { isConnectionLoss, isTransient, toAppError } from './databaseErrors.js';
import { claimKey, findReply, keepReply, KeyTaken } from './idempotencyKey.js';
import { markerOf, wasCommitted, type Marker } from './lostCommit.js';
import type { OpenTransaction } from './openTransaction.js';
import { Recorder } from './recorder.js';
import type { RunStatement, Statements } from './statement.js';
import { inSpan, isTracing } from '../kernel/tracing.js';
import { traced, type Wake } from './wake.js';

export interface WriteDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells followers here and on other nodes that streams moved. Called after COMMIT; never awaited, never throws. */
  readonly wake: (wakes: readonly Wake[]) => void;
}

export interface UnitOfWork extends Statements {
  /** For the calls of models. */
  readonly transaction: Transaction;
  /** The command's time, equal for everything it writes. */
  readonly at: Date;
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
export function inUnitOfWork<Reply>(
  deps: WriteDeps,
  call: Call,
  work: (unit: UnitOfWork) => Promise<Reply>,
): Promise<Reply> {
  if (!isTracing()) return untilDone(deps, call, work);
  return inSpan('unit of work', { attributes: { 'baton.procedure': call.procedure } }, () =>
    untilDone(deps, call, work),
  );
}

async function untilDone<Reply>(
  deps: WriteDeps,
  call: Call,
  work: (unit: UnitOfWork) => Promise<Reply>,
): Promise<Reply> {
  deps.db.guard.refuse(`${call.procedure}, a unit of work of its own`);
  const deadline = Date.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    const outcome = await settle(deps, call, await attemptOnce(deps, call, work, attempt > 1), deadline);
    if (outcome.kind === 'done') {
      deps.wake(isTracing() ? traced(outcome.wakes) : outcome.wakes);
      return outcome.reply;
    }
    if (!isTransient(outcome.error) || Date.now() > deadline) throw toAppError(outcome.error);
    deps.log.debug({ procedure: call.procedure, attempt, error: String(outcome.error) }, 'unit of work runs again');
    await sleep(Math.random() * Math.min(20 * 2 ** attempt, 500));
  }
}

type Done<Reply> = { kind: 'done'; reply: Reply; wakes: readonly Wake[] };
type Failed = { kind: 'failed'; error: unknown };
type Outcome<Reply> =
  | Done<Reply>
  | Failed
  | { kind: 'repeated' }
  | { kind: 'ambiguous'; error: unknown; done: Done<Reply>; marker: Marker | null };

/** Learns what became of a call that another one may have done, or whose COMMIT was not answered. */
async function settle<Reply>(
  deps: WriteDeps,
  call: Call,
  outcome: Outcome<Reply>,
  deadline: number,
): Promise<Done<Reply> | Failed> {
  if (outcome.kind === 'ambiguous') {
    const { error, done, marker } = outcome;
    return (await wasCommitted(deps, call, marker, deadline)) ? done : { kind: 'failed', error };
  }
  if (outcome.kind !== 'repeated') return outcome;
  try {
    const earlier = await findReply<Reply>(deps.db, call);
    return earlier ? { kind: 'done', ...earlier, wakes: [] } : { kind: 'failed', error: new KeyTaken() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function attemptOnce<Reply>(
  deps: WriteDeps,
  call: Call,
  work: (unit: UnitOfWork) => Promise<Reply>,
  alone: boolean,
): Promise<Outcome<Reply>> {
  let open: OpenTransaction;
  try {
    open = await deps.db.begin({ alone });
  } catch (error) {
    return { kind: 'failed', error };
  }
  const claim = claimKey(open, call);
  claim.catch(() => undefined);
  const unit = unitOn(deps, open, call, claim);
  let reply: Reply;
  try {
    reply = await deps.db.guard.inside(async () => {
      const made = await work(unit);
      await claim;
      unit.record.flush();
      keepReply(open, call, made);
      return made;
    });
    if (open.failure) throw swallowed(open.failure.error);
  } catch (error) {
    const isTaken = await claim.then(
      () => false,
      (refused: unknown) => refused instanceof KeyTaken,
    );
    const { failure } = open;
    await open.rollback();
    return isTaken ? { kind: 'repeated' } : { kind: 'failed', error: rootOf(error, failure?.error) };
  }
  const done = (): Done<Reply> => ({ kind: 'done', reply, wakes: unit.record.wakes });
  try {
    await inSpan('commit', { attributes: {} }, () => open.commit());
    return done();
  } catch (error) {
    if (!isConnectionLoss(error)) return { kind: 'failed', error };
    const marker = markerOf(call, unit.record, unit.record.transactionId ?? (await claim));
    return { kind: 'ambiguous', error, done: done(), marker };
  }
}

/**
 * The work begins together with the claim of its key, so that both travel at once; what it asks for is answered only when the
 * key is its own.
 */
function unitOn({ db, clock }: WriteDeps, open: OpenTransaction, call: Call, claim: Promise<unknown>): UnitOfWork {
  const at = clock.now();
  const all: RunStatement = async <Row extends object>(...asked: Parameters<RunStatement>) => {
    const rows = await open.all<Row>(...asked);
    await claim;
    return rows;
  };
  const statements = { all, send: open.send };
  return {
    ...statements,
    at,
    record: new Recorder(statements, call, at, db.dialect),
    get transaction() {
      return open.model;
    },
  };
}

/** After a swallowed passing error every statement fails in another way; it is that first one that says to try again. */
const rootOf = (error: unknown, first: unknown): unknown =>
  first !== undefined && !isTransient(error) && isTransient(first) ? first : error;

const swallowed = (cause: unknown): unknown =>
  isTransient(cause)
    ? cause
    : new Error('a statement failed inside the unit of work and its error was swallowed', { cause });
