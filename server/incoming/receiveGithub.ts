import { createHmac, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ZodError } from 'zod';
import { limits } from '../../contract/limits.js';
import { isStorable } from '../../contract/text.js';
import { isTransient } from '../db/databaseErrors.js';
import { nestUnits } from '../db/nestedUnits.js';
import { addWake, type Wake } from '../db/wake.js';
import type { Deps } from '../features/deps.js';
import type { IncomingRow } from '../features/webhooks/incoming.present.js';
import { incomingById } from '../features/webhooks/incomingRows.js';
import { secretsOf } from '../features/webhooks/signature.js';
import type { Actor } from '../kernel/actor.js';
import { AppError } from '../kernel/errors.js';
import { jsonDepth } from '../kernel/jsonDepth.js';
import { applyComment } from './applyComment.js';
import { applyIssue } from './applyIssue.js';
import { IssuePayload, notATicket } from './githubPayload.js';
import { earlier, remember, type Arrival, type Received } from './items.js';

/** A call as it came: nothing of it is believed yet. */
export interface GithubCall {
  readonly incomingId: string;
  readonly event: string;
  readonly deliveryKey: string;
  /** `sha256=…` */
  readonly signature: string;
  readonly body: Buffer;
}
export interface GithubReply extends Omit<Received, 'outcome'> {
  readonly outcome: Received['outcome'] | 'PONG';
}

/**
 * Takes what GitHub tells: whatever is of an issue becomes, or changes, a ticket, in one transaction with the note that it was taken, so that
 * the same delivery again does nothing. Before its signature is checked not a byte of it is looked at.
 * @throws UNAUTHENTICATED there is no such webhook, or its secret did not sign this: both in the same words; BAD_INPUT it is no JSON object;
 * UNAVAILABLE
 */
export async function receiveGithub(deps: Deps, call: GithubCall): Promise<GithubReply> {
  const endpoint = await incomingById(deps.db.all, call.incomingId);
  if (!isSigned(deps, endpoint, call))
    throw new AppError('UNAUTHENTICATED', 'There is no such webhook, or it was not signed by its secret.');
  if (!endpoint.active) return { outcome: 'IGNORED', reason: 'The webhook is not active.', ticketId: null };
  const payload = payloadOf(call.body);
  if (call.event === 'ping') return { outcome: 'PONG', reason: null, ticketId: null };
  const { action } = payload as { readonly action?: unknown };
  const arrival: Arrival = {
    deliveryKey: call.deliveryKey,
    event: call.event,
    action: typeof action === 'string' && isStorable(action) ? action.slice(0, 60) : null,
  };
  try {
    return await inOneTransaction(deps, async (within) => {
      const all = within.db.all;
      // What comes at the same time waits here; and so does whoever turns it off.
      const held = await incomingById(all, endpoint.id, true);
      if (!held?.active) return { outcome: 'IGNORED', reason: 'The webhook is not active.', ticketId: null };
      const before = await earlier(all, endpoint.id, call.deliveryKey);
      if (before) return before;
      const received = await apply(within, held, call.event, payload);
      await remember(all, endpoint.id, arrival, received, within.clock.now());
      return received;
    });
  } catch (error) {
    const reason = refusalOf(error);
    if (reason === null) throw error;
    const refused: Received = { outcome: 'REFUSED', reason, ticketId: null };
    await inOneTransaction(deps, ({ db, clock }) => remember(db.all, endpoint.id, arrival, refused, clock.now()));
    return refused;
  }
}

/** Takes as long for what is not there as for what is. */
function isSigned(deps: Deps, endpoint: IncomingRow | null, call: GithubCall): endpoint is IncomingRow {
  const unknown = { id: call.incomingId, secretNo: 1, previousSecretUntil: null };
  const given = Buffer.from(call.signature);
  const fits = secretsOf(deps, endpoint ?? unknown, deps.clock.now()).map((secret) => {
    const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(call.body).digest('hex')}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  return endpoint !== null && fits.includes(true);
}

function payloadOf(body: Buffer): object {
  const refuse = (why: string) => new AppError('BAD_INPUT', why);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw refuse('This is no JSON. Choose the content type application/json.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('This is no JSON object.');
  if (jsonDepth(value) > limits.jsonDepth) throw refuse('This JSON is nested too deep.');
  return value;
}

async function apply(deps: Deps, endpoint: IncomingRow, event: string, body: object): Promise<Received> {
  const ignored = (reason: string): Received => ({ outcome: 'IGNORED', reason, ticketId: null });
  if (event !== 'issues' && event !== 'issue_comment')
    return ignored(`Events ${event.slice(0, 60)} are of no use here.`);
  const { data: payload, error } = IssuePayload.safeParse(body);
  if (!payload) return ignored(`It is not as GitHub tells of issues: ${error.issues[0]?.path.join('.') ?? ''}.`);
  const problem = notATicket(payload);
  if (problem !== null) return ignored(`It ${problem}.`);
  // Acts for the project that let it in, as its leads may: it is asked by its secret.
  const actor: Actor = { userId: endpoint.userId, name: endpoint.name, role: 'ADMIN', sessionId: null, mayWrite: true };
  const receiving = { deps, endpoint, actor };
  if (event === 'issues') return applyIssue(receiving, payload);
  return payload.comment ? applyComment(receiving, payload, payload.comment) : ignored('It holds no comment.');
}

/** What the ticket's own rules say to it; null: it is no fault of what came. */
function refusalOf(error: unknown): string | null {
  if (error instanceof ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  if (!(error instanceof AppError)) return null;
  return error.code === 'UNAVAILABLE' || error.code === 'INTERNAL' ? null : error.message;
}

const ATTEMPTS = 5;
/** Two webhooks of one repository may make the same ticket at the same time: who comes second finds it. */
const isOvertaken = (error: unknown): boolean =>
  isTransient(error) || (error instanceof AppError && error.code === 'DUPLICATE');

/** Runs commands in one transaction, and wakes followers once it is committed. What failed for a passing reason is run again. */
async function inOneTransaction<Result>(deps: Deps, work: (within: Deps) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(deps, work);
    } catch (error) {
      if (!isOvertaken(error) || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function attemptOnce<Result>(deps: Deps, work: (within: Deps) => Promise<Result>): Promise<Result> {
  const units = nestUnits(deps.db, { savepoints: false });
  const moved = new Map<string, Wake>();
  const wake = (wakes: readonly Wake[]) => wakes.forEach((each) => addWake(moved, each));
  await units.begin();
  let result: Result;
  try {
    result = await work({ ...deps, db: units.db, wake });
  } catch (error) {
    await units.rollback().catch(() => undefined);
    throw error;
  }
  await units.commit();
  if (moved.size > 0) deps.wake([...moved.values()]);
  return result;
}
