import { WebhookDelivery } from '../../db/models/WebhookDelivery.js';
import { updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../db/unitOfWork.js';
import { systemActor } from '../../kernel/actor.js';
import type { Posted } from '../../outbound/post.js';
import type { Deps } from '../deps.js';
import { holdsLane, passOn, releaseLane, type Claimed } from './queue.js';
import type { DeliveryRow } from './webhooks.present.js';
import type { WebhookSettings } from './webhookSettings.js';

const attempted = [
  ...(['status', 'attempts', 'attemptedAt', 'responseStatus', 'responseHeaders', 'responseBody'] as const),
  ...(['durationMs', 'error', 'finishedAt', 'updatedAt'] as const),
] as const;
const updateDelivery = updateRow(WebhookDelivery, attempted, 'attempted');
type Attempted = Pick<DeliveryRow, (typeof attempted)[number]>;

// Only the first failure, and the first success after it, write to the row that all deliveries of the webhook share.
const beginFailing = statement(
  'webhooks.failing',
  'UPDATE webhooks SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL',
);
const endFailing = statement(
  'webhooks.reached',
  'UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL',
);

/** What became of an attempt. `failed` is tried again; `given up`, and `cancelled`, are not. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'given up' | 'cancelled';

export const isSuccess = (posted: Posted): boolean =>
  'answer' in posted && posted.answer.status >= 200 && posted.answer.status < 300;

const LATEST_RETRY_MS = 3_600_000;

/** How long to wait after so many failures: ever longer, and not all at the same moment. What the receiver asks for is heeded within bounds. */
export function retryIn(
  { retryMs, retryMaxMs }: Pick<WebhookSettings, 'retryMs' | 'retryMaxMs'>,
  attempts: number,
  posted: Posted,
  random: number = Math.random(),
): number {
  const planned = Math.min(retryMs * 3 ** (attempts - 1), retryMaxMs) * (0.8 + 0.4 * random);
  const seconds = 'answer' in posted ? Number(posted.answer.headers['retry-after']) : Number.NaN;
  return Math.max(planned, Number.isFinite(seconds) ? Math.min(seconds * 1_000, LATEST_RETRY_MS) : 0);
}

function rowAfter(before: DeliveryRow, posted: Posted, now: Date): Omit<Attempted, 'status' | 'finishedAt'> {
  const answer = 'answer' in posted ? posted.answer : null;
  return {
    attempts: before.attempts + 1,
    attemptedAt: now,
    responseStatus: answer?.status ?? null,
    responseHeaders: answer && { ...answer.headers },
    responseBody: answer?.body ?? null,
    durationMs: posted.durationMs,
    error: 'problem' in posted ? posted.problem : null,
    updatedAt: now,
  };
}

const inUnit = <Result>(deps: Deps, work: (unit: UnitOfWork) => Promise<Result>): Promise<Result> =>
  inUnitOfWork(deps, { actor: systemActor, procedure: 'webhooks.send', input: {} }, work);

/** Writes down what an attempt came to, and lets what waits behind it go on. Null: somebody else has the lane by now. */
export function settleAttempt(
  deps: Deps,
  claimed: Claimed,
  before: DeliveryRow,
  posted: Posted,
): Promise<DeliveryOutcome | null> {
  return inUnit(deps, async (unit) => {
    if (!(await holdsLane(unit, claimed))) return null;
    const after = rowAfter(before, posted, unit.at);
    const write = (status: DeliveryRow['status']) => {
      const finishedAt = status === 'PENDING' ? null : unit.at;
      unit.send(updateDelivery.statement, updateDelivery.values({ ...after, id: before.id, status, finishedAt }));
    };
    if (isSuccess(posted)) {
      write('DELIVERED');
      unit.send(endFailing, [before.webhookId]);
      await passOn(unit, claimed);
      return 'delivered';
    }
    unit.send(beginFailing, [before.webhookId, unit.at]);
    const dueAt = new Date(unit.at.getTime() + retryIn(deps.webhooks, after.attempts, posted));
    if (dueAt < before.expiresAt) {
      write('PENDING');
      releaseLane(unit, claimed, dueAt);
      return 'failed';
    }
    write('FAILED');
    await passOn(unit, claimed);
    return 'given up';
  });
}

const close = statement(
  'webhooks.close',
  'UPDATE webhook_deliveries SET status = $2, error = $3, finished_at = $4, updated_at = $4 WHERE id = $1',
);

/** Ends what is not sent any more. */
export const settleUnsent = (
  deps: Deps,
  claimed: Claimed,
  { id }: DeliveryRow,
  status: 'FAILED' | 'CANCELLED',
  why: string,
): Promise<boolean> =>
  inUnit(deps, async (unit) => {
    if (!(await holdsLane(unit, claimed))) return false;
    unit.send(close, [id, status, why, unit.at]);
    await passOn(unit, claimed);
    return true;
  });

/** Ends a lane in which nothing waits. */
export const settleNothing = (deps: Deps, claimed: Claimed): Promise<void> =>
  inUnit(deps, async (unit) => {
    if (await holdsLane(unit, claimed)) await passOn(unit, claimed);
  });

/** Lets others have the lane at a moment. */
export const postpone = (deps: Deps, claimed: Claimed, dueAt: Date): Promise<void> =>
  inUnit(deps, async (unit) => {
    if (await holdsLane(unit, claimed)) releaseLane(unit, claimed, dueAt);
  });
