import type { CallOptions } from '../../../client-sdk/src/call.js';
import { BatonError } from '../../../client-sdk/src/errors.js';
import { creationOf } from '../../../client-sdk/src/lists/creations.js';
import { Overlay } from '../../../client-sdk/src/lists/overlay.js';
import { showingAtOnce } from '../../../client-sdk/src/lists/showingAtOnce.js';
import { SharedTicketList } from '../../../client-sdk/src/lists/ticketList.js';
import type { TicketsHandlers } from '../../../client-sdk/src/live.js';
import type { ConnectionState, SessionState } from '../../../client-sdk/src/options.js';
import { CallQueue } from '../../../client-sdk/src/queue/callQueue.js';
import { memoryQueue } from '../../../client-sdk/src/queue/queueStore.js';
import { createStore } from '../../../client-sdk/src/store.js';
import type { Ticket, TicketPatch } from '../../../contract/ticket.js';
import type { User } from '../../../contract/user.js';
import type { Random } from '../../../seeders/support/random.js';
import { countsOf } from '../../realtime/queries/truth.js';

const projectId = 'p';
const shownStatuses = ['OPEN', 'REVIEW'] as const;
export const fields = ['title', 'description', 'storyPoints'] as const;
const me = { id: 'me', name: 'Me' } as User;

export interface Input {
  readonly ticketId: string;
  readonly patch?: TicketPatch;
  readonly title?: string;
  readonly expectedVersion?: number;
  readonly idempotencyKey: string;
}

/** One request on its way, and what becomes of it. */
interface Request {
  readonly path: string;
  readonly input: Input;
  outcome: object | BatonError | null;
  readonly reply: (reply: object) => void;
  readonly refuse: (error: Error) => void;
}

/** The truth: a log of whole tickets, in order; each mutation is done once, by its key, and edits of different fields merge. */
export class Server {
  readonly log: Ticket[] = [];
  /** By ticket, field and value, the event that wrote it. Values are written once. */
  readonly wrote = new Map<string, number | 'failed'>();
  readonly twice: string[] = [];
  private readonly replies = new Map<string, object>();
  /** Whoever may not, may not the second time. */
  private readonly forbidden = new Set<string>();
  /** By ticket and field, the version that changed it last. */
  private readonly changed = new Map<string, number>();

  constructor(tickets: number) {
    for (let nth = 0; nth < tickets; nth++)
      this.create(`t${nth}`, { title: `new ${nth}`, description: `new ${nth}`, storyPoints: -nth - 1 });
  }

  now(ticketId: string): Ticket | undefined {
    return this.log.findLast(({ id }) => id === ticketId);
  }

  ids(): string[] {
    return [...new Set(this.log.map(({ id }) => id))];
  }

  edit(ticketId: string, patch: TicketPatch): Ticket {
    return this.commit(this.now(ticketId)!, patch);
  }

  answer({ path, input }: Request, fails: boolean): object | BatonError {
    const earlier = this.replies.get(input.idempotencyKey);
    if (earlier) return earlier;
    if (fails) this.forbidden.add(input.idempotencyKey);
    const isForbidden = this.forbidden.has(input.idempotencyKey);
    const outcome = isForbidden ? new BatonError('FORBIDDEN', 'refused') : this.work(path, input);
    if (!(outcome instanceof BatonError)) this.replies.set(input.idempotencyKey, outcome);
    else this.note(input.ticketId, input.patch ?? { title: input.title }, 'failed');
    return outcome;
  }

  rowsAt(seq: number): Ticket[] {
    const last = new Map(this.log.slice(0, seq).map((ticket) => [ticket.id, ticket]));
    return [...last.values()]
      .filter(({ status }) => (shownStatuses as readonly string[]).includes(status))
      .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  }

  private work(path: string, input: Input): object | BatonError {
    const there = this.now(input.ticketId);
    if (path === 'tickets.create') {
      if (there) this.twice.push(input.ticketId);
      const made = this.create(input.ticketId, { title: input.title ?? '' });
      return { ...made, seq: made.lastSeq };
    }
    if (!there) return new BatonError('NOT_FOUND', 'no such ticket');
    const { patch = {}, expectedVersion } = input;
    const clashes = Object.entries(patch).filter(
      ([field, value]) =>
        expectedVersion !== undefined &&
        (this.changed.get(`${there.id} ${field}`) ?? 0) > expectedVersion &&
        there[field as keyof Ticket] !== value,
    );
    if (clashes.length > 0) {
      const told = clashes.map(([field, yours]) => [field, { yours, theirs: there[field as keyof Ticket] }] as const);
      const details = { currentVersion: there.version, fields: Object.fromEntries(told) as never };
      return new BatonError('CONFLICT', 'others did', details);
    }
    const after = this.commit(there, patch);
    return { ...after, seq: after.lastSeq };
  }

  private create(ticketId: string, patch: Partial<Ticket>): Ticket {
    const made = creationOf('tickets.create', { projectId, ticketId, title: '' }, me, '')!;
    return this.commit({ ...made, version: 0 }, patch);
  }

  private commit(before: Ticket, patch: TicketPatch): Ticket {
    const seq = this.log.length + 1;
    const updatedAt = String(seq).padStart(6, '0');
    const after = { ...before, ...patch, version: before.version + 1, lastSeq: seq, updatedAt } as Ticket;
    this.log.push(after);
    for (const field of Object.keys(patch)) this.changed.set(`${before.id} ${field}`, after.version);
    this.note(before.id, patch, seq);
    return after;
  }

  private note(
    ticketId: string,
    patch: { readonly [Field in (typeof fields)[number]]?: string | number | null | undefined },
    seq: number | 'failed',
  ): void {
    for (const field of fields) {
      if (patch[field] === undefined) continue;
      const key = `${ticketId} ${field} ${String(patch[field])}`;
      if (typeof this.wrote.get(key) === 'number') this.twice.push(key);
      this.wrote.set(key, seq);
    }
  }
}

export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

let unique = 0;

/** A page of one person: a list, calls, and perhaps a queue, over a network that loses and delays. */
export class Client {
  /** Sent and not yet handled by the server; handled and not yet answered. */
  readonly sent: Request[] = [];
  private readonly unanswered: Request[] = [];
  /** Values of calls that were made, and of those that were settled by giving in. */
  readonly made: string[] = [];
  readonly givenIn = new Set<string>();
  /** What was wrong with anything that was shown. */
  readonly faults: string[] = [];
  private readonly store = memoryQueue();
  private handlers: TicketsHandlers = {};
  private at = 0;
  isOffline = false;
  private page!: ReturnType<Client['open']>;

  constructor(
    private readonly server: Server,
    private readonly isQueued: boolean,
  ) {
    this.page = this.open();
  }

  get list(): SharedTicketList {
    return this.page.list;
  }
  get queue(): CallQueue | null {
    return this.page.queue;
  }
  get isIdle(): boolean {
    return this.sent.length + this.unanswered.length === 0 && (this.queue?.get().waiting.length ?? 0) === 0;
  }

  private open() {
    const session = createStore<SessionState>({ state: 'signedIn', user: me });
    const connection = createStore<ConnectionState>({ state: 'online', since: 0, closeCode: null });
    const overlay = new Overlay();
    const tickets = (_: unknown, handlers: TicketsHandlers = {}) => {
      this.handlers = handlers;
      return { tickets: null, stop: () => undefined, [Symbol.asyncIterator]: () => ({}) as never };
    };
    const source = { live: { tickets }, overlay, connection, session };
    const list = new SharedTicketList({ projectId, status: [...shownStatuses] }, source, () => undefined);
    const direct = showingAtOnce(this.send, overlay, session);
    const backoff = { baseMs: 0, maxMs: 0 };
    const queue = this.isQueued
      ? new CallQueue({ ...source, store: this.store, url: '', backoff, send: this.send, direct })
      : null;
    const frames = new Map<string, unknown[]>();
    list.subscribe(() => this.look(list, frames));
    return { list, queue, connection, frames, call: queue?.call ?? direct };
  }

  /** The page is thrown away, and another one opened over what it kept; what was being written is, before another page can read. */
  async reload(): Promise<void> {
    if (!this.isQueued) return;
    this.judge();
    this.page.queue?.close();
    this.at = 0;
    await settled();
    this.page = this.open();
  }

  edit(ticketId: string, patch: TicketPatch): void {
    this.do('tickets.update', { ticketId, patch });
    for (const field of fields)
      if (patch[field] !== undefined) this.made.push(`${ticketId} ${field} ${String(patch[field])}`);
  }

  create(): void {
    const nth = ++unique;
    this.do('tickets.create', { projectId, ticketId: `c${nth}`, title: `made ${nth}` });
    this.made.push(`c${nth} title made ${nth}`);
  }

  private do(path: string, input: object): void {
    this.page.call(path, 'mutation', { ...input, idempotencyKey: `k${++unique}` }).catch(() => undefined);
  }

  private readonly send = (path: string, _: string, input: unknown, { signal }: CallOptions = {}) =>
    new Promise<unknown>((reply, refuse) => {
      signal?.addEventListener('abort', () => refuse(new Error('cut')));
      this.sent.push({ path, input: input as Input, outcome: null, reply, refuse });
    });

  /** Requests overtake each other, and so do replies. A page without a network gets to hear that at once. */
  handle(fails: boolean, random: Random): void {
    const [request] = this.sent.splice(random.below(Math.max(1, this.sent.length)), 1);
    if (!request) return;
    const isLost = this.isQueued && (this.isOffline || random.chance(0.1));
    if (isLost && random.chance(0.5)) return request.refuse(new BatonError('UNAVAILABLE', 'not come'));
    request.outcome = this.server.answer(request, fails);
    if (isLost) request.refuse(new BatonError('UNAVAILABLE', 'lost'));
    else this.unanswered.push(request);
  }

  answer(random: Random): void {
    const [request] = this.unanswered.splice(random.below(Math.max(1, this.unanswered.length)), 1);
    if (!request) return;
    if (request.outcome instanceof BatonError) request.refuse(request.outcome);
    else request.reply(request.outcome!);
  }

  /** So many events come; `Infinity`: the socket was cut, and a snapshot comes. */
  receive(count: number): void {
    const before = this.at;
    if (this.isOffline) return;
    this.at = Math.min(this.server.log.length, this.at + count);
    if (before === this.at && before > 0) return;
    const items = this.server.rowsAt(this.at);
    this.handlers.onChange?.({ items, counts: countsOf(items), cursor: `e.h.${this.at.toString(36)}` });
  }

  giveIn(): void {
    const { conflicts = [], refused = [] } = this.queue?.get() ?? {};
    for (const { id, input } of [...conflicts, ...refused]) {
      for (const value of valuesOf(input as unknown as Input)) this.givenIn.add(value);
      this.queue?.keepTheirs(id);
    }
  }

  private look(list: SharedTicketList, frames: Map<string, unknown[]>): void {
    const { items, counts, status } = list.getSnapshot();
    if (status !== 'live') return;
    if (counts.total !== items.length) this.faults.push(`${counts.total} counted, ${items.length} shown`);
    if (new Set(items.map(({ id }) => id)).size < items.length) this.faults.push('a ticket twice');
    for (const ticket of items)
      for (const field of fields) {
        const key = `${ticket.id} ${field}`;
        const seen = frames.get(key) ?? [];
        frames.set(key, seen);
        if (seen.at(-1) !== ticket[field]) seen.push(ticket[field]);
      }
  }

  /** Values that were shown again after newer ones, and not because the newer one was refused. */
  judge(): void {
    for (const [key, values] of this.page.frames) {
      const seqs = values
        .map((value) => this.server.wrote.get(`${key} ${String(value)}`))
        .filter((seq) => typeof seq === 'number');
      if (seqs.some((seq, nth) => nth > 0 && seq < seqs[nth - 1]!)) this.faults.push(`${key}: ${seqs.join(' ')}`);
    }
  }
}

export const valuesOf = ({ ticketId, patch, title }: Input): string[] =>
  fields.flatMap((field) => {
    const value = (patch ?? { title })[field as 'title'];
    return value === undefined ? [] : [`${ticketId} ${field} ${value}`];
  });
