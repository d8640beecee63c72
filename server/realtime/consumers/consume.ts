import type { ProjectEntry } from '../eventLog.js';
import { EventLog } from '../eventLog.js';
import { EventPutAside } from '../../db/models/EventPutAside.js';
import { insertRow } from '../../db/rowStatements.js';
import { inUnitOfWork, type UnitOfWork, type WriteDeps } from '../../db/unitOfWork.js';
import { systemActor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { advance, beginAtZero, claim, findCursor, noteFailure, waitUntil } from './cursors.js';
import type { ConsumerObserver, LogConsumer } from './logConsumer.js';

export interface Consuming extends WriteDeps {
  readonly observer: ConsumerObserver;
}

/** `taken`: another node is at it; `waits`: it failed, and is tried again later. */
export type Step = 'more' | 'done' | 'taken' | 'waits';

/** After so many failures an event is put aside, about a minute and a half after the first. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 1_000;
const ERROR_LENGTH = 1_000;

interface ClaimRow {
  readonly seq: number;
  readonly retry_at: Date | string | null;
  readonly event_seq: number;
  readonly event_min_seq: number;
}

/** What is known of a transaction that failed: behind which event it began, and at which it was. */
interface Place {
  seq: number;
  at: number | null;
}

const inUnit = <Result>(deps: WriteDeps, { name }: LogConsumer, work: (unit: UnitOfWork) => Promise<Result>) =>
  inUnitOfWork(deps, { actor: systemActor, procedure: `consumers.${name}`, input: {} }, work);

/** Handles the next events of a project in one transaction: all that go into one, or those before one that fails. Does not throw. */
export async function consumeSome(deps: Consuming, consumer: LogConsumer, projectId: string): Promise<Step> {
  let limit = consumer.batch ?? 1;
  for (;;) {
    const outcome = await attempt(deps, consumer, projectId, limit);
    if (typeof outcome === 'string') return outcome;
    const { count, isKnown } = outcome;
    if (count <= 1) return setBack(deps, consumer, projectId, outcome);
    // Those before it have come to nothing together with it.
    limit = isKnown ? count - 1 : Math.ceil(count / 2);
  }
}

interface Failure {
  readonly error: unknown;
  readonly place: Place;
  /** Of the events that had their turn, the one that failed included. */
  readonly count: number;
  /** Whether it was the last of them. */
  readonly isKnown: boolean;
}

async function attempt(
  deps: Consuming,
  consumer: LogConsumer,
  projectId: string,
  limit: number,
): Promise<Step | Failure> {
  let place: Place = { seq: 0, at: null };
  let [count, isKnown] = [0, true];
  try {
    const step = await inUnit(deps, consumer, async (unit): Promise<Step> => {
      [place, count, isKnown] = [{ seq: 0, at: null }, 0, true];
      const claimed = await claimCursor(unit, consumer, projectId);
      if (typeof claimed === 'string') return claimed;
      place.seq = claimed.seq;
      const from = skipForgotten(deps, unit, consumer, projectId, claimed);
      const log = new EventLog({ all: unit.all });
      const page = await log.projectPage(projectId, from, claimed.event_seq, limit, consumer.types);
      for (const entry of page) {
        count++;
        place.at = entry.seq;
        await consumer.handle(unit, entry);
      }
      isKnown = false;
      const reached = reachedBy(page, limit, claimed.event_seq);
      unit.send(advance, [consumer.name, projectId, reached, unit.at]);
      return reached < claimed.event_seq ? 'more' : 'done';
    });
    if (count > 0) {
      deps.observer.consumed(consumer.name, 'handled', count);
      consumer.handled?.();
    }
    return step;
  } catch (error) {
    return { error, place, count, isKnown };
  }
}

const reachedBy = (page: readonly ProjectEntry[], limit: number, head: number): number =>
  page.length < limit ? head : (page.at(-1)?.seq ?? head);

async function claimCursor(unit: UnitOfWork, { name }: LogConsumer, projectId: string): Promise<ClaimRow | Step> {
  const asked = [name, projectId] as const;
  const take = async () => (await unit.all<ClaimRow>(claim, asked))[0];
  let row = await take();
  if (!row) {
    if ((await unit.all(findCursor, asked)).length > 0) return 'taken';
    await unit.all(beginAtZero, [name, unit.at, projectId]);
    row = await take();
    if (!row) return 'taken';
  }
  if (row.retry_at !== null && new Date(row.retry_at) > unit.at) return 'waits';
  return row.event_seq > row.seq ? row : 'done';
}

/** Says what was forgotten before it was read, and goes on behind it. */
function skipForgotten(
  deps: Consuming,
  unit: UnitOfWork,
  consumer: LogConsumer,
  projectId: string,
  { seq, event_min_seq: oldest }: ClaimRow,
): number {
  if (oldest <= seq + 1) return seq;
  const [firstSeq, lastSeq] = [seq + 1, oldest - 1];
  putAside(unit, consumer, projectId, {
    why: 'MISSED',
    firstSeq,
    lastSeq,
    error: 'Older than the retention of events.',
  });
  deps.log.error(
    { consumer: consumer.name, projectId, firstSeq, lastSeq },
    'events were forgotten before they were handled',
  );
  return lastSeq;
}

const insertPutAside = insertRow(EventPutAside, [
  'id',
  'consumer',
  'projectId',
  'why',
  'firstSeq',
  'lastSeq',
  'error',
  'createdAt',
  'updatedAt',
]);

type PutAside = Pick<EventPutAside, 'why' | 'firstSeq' | 'lastSeq' | 'error'>;

function putAside(unit: UnitOfWork, { name }: LogConsumer, projectId: string, what: PutAside): void {
  const row = { id: newId(), consumer: name, projectId, ...what, createdAt: unit.at, updatedAt: unit.at };
  unit.send(insertPutAside.statement, insertPutAside.values(row));
}

/** The error's own words, as far as they can be stored: neither database takes half a character. */
const wordsOf = (error: unknown): string =>
  Buffer.from(String(error).split('\u0000').join('').slice(0, ERROR_LENGTH)).toString();

async function setBack(
  deps: Consuming,
  consumer: LogConsumer,
  projectId: string,
  { error, place }: Failure,
): Promise<Step> {
  const { at } = place;
  const isOutage = error instanceof AppError && error.code === 'UNAVAILABLE';
  if (at === null || isOutage) {
    deps.log.warn(
      { consumer: consumer.name, projectId, error: String(error) },
      'events wait: nothing can be read or written',
    );
    return 'waits';
  }
  const failed = { consumer: consumer.name, projectId, seq: at, err: error };
  try {
    return await inUnit(deps, consumer, (unit) => noteSetBack(deps, unit, consumer, projectId, failed, place.seq));
  } catch (again) {
    deps.log.warn({ ...failed, again: String(again) }, 'an event failed, which could not be noted');
    return 'waits';
  }
}

interface FailedEvent {
  readonly consumer: string;
  readonly projectId: string;
  readonly seq: number;
  readonly err: unknown;
}

async function noteSetBack(
  { log, observer }: Consuming,
  unit: UnitOfWork,
  consumer: LogConsumer,
  projectId: string,
  failed: FailedEvent,
  cursor: number,
): Promise<Step> {
  const key = [consumer.name, projectId] as const;
  const [row] = await unit.all<{ attempts: number }>(noteFailure, [...key, cursor, unit.at]);
  // Another node went on meanwhile.
  if (!row) return 'more';
  const { attempts } = row;
  const { seq } = failed;
  if (attempts < ATTEMPTS) {
    unit.send(waitUntil, [...key, new Date(unit.at.getTime() + FIRST_WAIT_MS * 4 ** (attempts - 1))]);
    log.warn({ ...failed, attempts }, 'an event failed; trying again');
    observer.consumed(consumer.name, 'failed', 1);
    return 'waits';
  }
  putAside(unit, consumer, projectId, { why: 'FAILED', firstSeq: seq, lastSeq: seq, error: wordsOf(failed.err) });
  unit.send(advance, [...key, seq, unit.at]);
  log.error({ ...failed, attempts }, 'an event was put aside: it failed again and again');
  observer.consumed(consumer.name, 'put aside', 1);
  return 'more';
}
