import type { ResyncReason } from '../../contract/live.js';
import type { TicketsItem } from '../../contract/liveTickets.js';
import { backoffMs, type Backoff } from './backoff.js';
import { isBatonError, isTokenProblem, toBatonError, type BatonError } from './errors.js';
import type { Session } from './session.js';
import type { LiveSocket } from './socket.js';

/** What the streams of events have in common. */
export type EventItem = { readonly cursor: string } & (
  | { readonly kind: 'event' | 'ready'; readonly seq: number }
  | { readonly kind: 'resync'; readonly reason: ResyncReason; readonly seq: number }
  | { readonly kind: 'presence' }
);
/** Of live queries: a snapshot replaces whatever one holds, so it needs neither numbers nor resyncs. */
export type RowsItem = TicketsItem & { readonly cursor: string };
export type AnyItem = EventItem | RowsItem;
export interface Source {
  readonly socket: LiveSocket;
  readonly session: Session;
  readonly backoff: Backoff;
}
export interface Target {
  readonly path: string;
  readonly input: object;
  readonly cursor: string | undefined;
}
export interface Sink<Item = AnyItem> {
  item(item: Item): void;
  /** Once, and the last call: the stream cannot go on. */
  failed(error: BatonError): void;
}

const TOKEN_PROBLEMS = 2;
const INTERNAL_ERRORS = 5;

/**
 * One subscription, kept up. Lost sockets are the socket's business; here it is begun again, behind the last item, when the
 * server ended it or refused it for a reason that passes. Each event comes out once and in order: what the server
 * sends again is dropped by its number.
 */
export class Following {
  #last: string | undefined;
  #place: { epoch: string; seq: number } | null;
  /** Since the last item. */
  #failures = 0;
  #stopped = false;
  #subscription: { unsubscribe(): void } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly source: Source,
    private readonly target: Target,
    private readonly sink: Sink,
  ) {
    this.#last = target.cursor;
    this.#place = target.cursor === undefined ? null : placeOf(target.cursor);
    this.#start();
  }

  /** Ends the subscription for a while; `resume` goes on behind the last item. */
  pause(): void {
    clearTimeout(this.#timer);
    const leaving = this.#subscription;
    this.#subscription = null;
    leaving?.unsubscribe();
  }

  resume(): void {
    if (!this.#stopped) this.#start();
  }

  stop(): void {
    this.#stopped = true;
    this.pause();
  }

  #start(): void {
    this.pause();
    const { path, input } = this.target;
    const mine = { unsubscribe: () => {} };
    this.#subscription = mine;
    const ifMine = (act: () => void) => {
      if (this.#subscription === mine) act();
    };
    const begun = this.source.socket.subscribe(
      path,
      this.#last === undefined ? input : { ...input, lastEventId: this.#last },
      {
        onData: (value) => ifMine(() => this.#receive(value)),
        onError: (error) => ifMine(() => void this.#recover(toBatonError(error))),
        onComplete: () => ifMine(() => this.#again()),
      },
    );
    mine.unsubscribe = () => begun.unsubscribe();
  }

  #receive(value: unknown): void {
    this.#failures = 0;
    const item = itemOf(value);
    if (!item) return;
    if (isRows(item)) {
      this.#last = item.cursor;
      return this.sink.item(item);
    }
    const before = this.#place;
    const place = placeOf(item.cursor);
    const otherEpoch = before !== null && place !== null && before.epoch !== place.epoch;
    if (item.kind === 'event' && before !== null && !otherEpoch && item.seq <= before.seq) return;
    if (otherEpoch && item.kind !== 'resync') {
      // The server says this itself; a client must not depend on it to notice that its copy is of another history.
      this.sink.item({ kind: 'resync', reason: 'OTHER_EPOCH', seq: place.seq - 1, cursor: item.cursor });
    }
    this.#last = item.cursor;
    this.#place = place;
    this.sink.item(item);
  }

  #again(waitMs = backoffMs(this.#failures, this.source.backoff)): void {
    if (this.#stopped) return;
    this.pause();
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#start(), waitMs);
  }

  #fail(error: BatonError): void {
    if (this.#stopped) return;
    this.stop();
    this.sink.failed(error);
  }

  async #recover(error: BatonError): Promise<void> {
    this.pause();
    if (isTokenProblem(error)) return this.#renewThenGoOn(error);
    const passes = isBatonError(error, 'UNAVAILABLE') || isBatonError(error, 'TOO_MANY_REQUESTS');
    if (passes || (isBatonError(error, 'INTERNAL') && this.#failures < INTERNAL_ERRORS)) this.#again();
    else this.#fail(error);
  }

  async #renewThenGoOn(error: BatonError): Promise<void> {
    const { session, socket } = this.source;
    const refused = socket.token();
    // Of nobody yet: somebody may have signed in since, and the socket is being told.
    const isUnknown = refused === null && session.accessToken.get() !== null;
    if ((refused === null && !isUnknown) || this.#failures >= TOKEN_PROBLEMS) return this.#fail(error);
    try {
      if (refused !== null && !(await session.renewAfter(refused))) return this.#fail(error);
      await socket.settled();
      this.#again(0);
    } catch (failure) {
      // When the renewal was refused, the session is over, and the client has ended this stream already.
      if (isBatonError(failure, 'UNAVAILABLE')) this.#again();
      else this.#fail(toBatonError(failure));
    }
  }
}

/** A cursor begins with its epoch and ends with its number: `<epoch>.<mark>.<seq>`. */
function placeOf(cursor: string): { epoch: string; seq: number } | null {
  const dot = cursor.indexOf('.');
  const seq = Number(cursor.slice(cursor.lastIndexOf('.') + 1));
  return dot > 0 && Number.isSafeInteger(seq) ? { epoch: cursor.slice(0, dot), seq } : null;
}

export const isRows = (item: AnyItem): item is RowsItem => item.kind === 'snapshot' || item.kind === 'delta';

const itemKinds = new Set<unknown>([
  'event',
  'ready',
  'resync',
  'presence',
  'snapshot',
  'delta',
] satisfies AnyItem['kind'][]);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function itemOf(value: unknown): AnyItem | null {
  if (!isRecord(value) || typeof value['id'] !== 'string' || !isRecord(value['data'])) return null;
  const { id: cursor, data } = value;
  return itemKinds.has(data['kind']) ? ({ ...data, cursor } as unknown as AnyItem) : null;
}
