import type { TicketReply } from '../../../contract/ticket.js';
import { reasonOf } from '../backoff.js';
import type { CallOptions } from '../call.js';
import type { CallByPath } from '../calls.js';
import type { BatonError } from '../errors.js';
import type { Overlay } from '../lists/overlay.js';
import { preview } from '../lists/preview.js';
import { userOf, type ConnectionState, type SessionState } from '../options.js';
import { newId, newKey } from '../randoms.js';
import { createStore, type Readable } from '../store.js';
import { conflictingFields, editedTicket, grounded, isKept, rebased, settled } from './edits.js';
import { Keeping } from './keeping.js';
import { Sending, type Held, type Outbox, type SendingSource } from './sending.js';
import { KnownTickets } from './knownTickets.js';
import { emptyQueue, stateOf, type Queue, type QueueState } from './queueState.js';
import type { QueuedCall } from './queueStore.js';

export interface QueueSource extends SendingSource {
  /** The server that all of this is for. */
  readonly url: string;
  readonly session: Readable<SessionState>;
  readonly connection: Readable<ConnectionState>;
  readonly overlay: Overlay;
  /** For all that is not kept. */
  readonly direct: CallByPath;
}

interface Caller {
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

/**
 * Mutations are kept before they are sent and until they are answered, and sent one at a time, in their order. A repeat after a lost
 * reply, by this page or the next, goes under the same idempotency key, so each is done once.
 * @see docs/adr/014-offline-queue.md
 */
export class CallQueue implements Queue, Outbox {
  private readonly state = createStore<QueueState>(emptyQueue);
  private readonly keeping: Keeping;
  /** Of the person who is signed in, in the order of their ids. */
  private held = new Map<string, Held>();
  private owner: string | null = null;
  /** Who waits for an answer in this page's life. */
  private readonly callers = new Map<string, Caller>();
  /** Refusals that whoever made the call has been told of. */
  private readonly told = new Set<string>();
  private readonly known: KnownTickets;
  /** What came to its end while others' calls were being read. */
  private readonly finished = new Set<string>();
  private isClosed = false;
  private readonly sending: Sending;
  private adopting: Promise<void> = Promise.resolve();
  private isReady = false;

  constructor(private readonly source: QueueSource) {
    this.keeping = new Keeping(source.store);
    this.sending = new Sending(source, this.keeping, this);
    this.known = new KnownTickets(source.overlay);
    source.session.subscribe(() => this.begin());
    source.connection.subscribe(({ state }) => state === 'online' && this.online());
    this.begin();
  }

  readonly get = (): QueueState => this.state.get();
  readonly subscribe = (listener: (state: QueueState) => void) => this.state.subscribe(listener);

  readonly call: CallByPath = (path, kind, input, options = {}) => {
    if (kind !== 'mutation' || !isKept(path) || this.currentOwner() === null)
      return this.source.direct(path, kind, input, options);
    if (this.isClosed) this.begin();
    return this.isReady ? this.take(path, input, options) : this.adopting.then(() => this.take(path, input, options));
  };

  keepMine(id: string, fields?: readonly string[]): void {
    this.settle(id, (call) => settled(call, (field) => fields === undefined || fields.includes(field)));
  }
  keepTheirs(id: string): void {
    this.settle(id, (call) => settled(call, () => false));
  }
  retry(id: string): void {
    this.settle(id, ({ input, was }) => ({ input: { ...input, idempotencyKey: newKey() }, was }));
  }
  dismiss(id: string): void {
    this.settle(id, () => null);
  }

  /** Sends nothing more until it is used again; what is kept stays. */
  close(): void {
    this.isClosed = true;
    globalThis.removeEventListener?.('online', this.online);
    this.keeping.release();
    this.leave();
  }

  private readonly online = (): void => {
    if (this.isClosed) return;
    this.sending.wake();
    this.adopt();
  };

  private currentOwner(): string | null {
    const user = userOf(this.source.session.get());
    return user && `${this.source.url} ${user.id}`;
  }

  /** Whoever signs in finds what they left, and nobody else does. */
  private begin(): void {
    const owner = this.currentOwner();
    if (owner === this.owner && !this.isClosed) return;
    this.leave();
    this.isClosed = false;
    this.owner = owner;
    if (owner === null) return;
    globalThis.addEventListener?.('online', this.online);
    this.isReady = false;
    this.adopt();
  }

  private leave(): void {
    const left = this.held;
    this.held = new Map();
    this.owner = null;
    this.known.clear();
    for (const { shown, cut } of left.values()) {
      shown?.undone();
      cut.abort();
    }
    this.sending.wake();
    this.tell();
  }

  /** Takes over what pages that are gone have left. */
  private adopt(): void {
    const { owner } = this;
    if (owner === null) return;
    this.adopting = this.adopting.then(async () => {
      this.finished.clear();
      const calls = await this.keeping.adopt(owner);
      if (this.owner !== owner) return;
      for (const call of calls) if (!this.held.has(call.id) && !this.finished.has(call.id)) this.hold(call);
      this.isReady = true;
      this.tell();
      this.sending.run();
    });
  }

  private async take(path: string, input: unknown, options: CallOptions): Promise<unknown> {
    const { signal, optimistic = true, seen } = options;
    const { owner } = this;
    if (signal?.aborted) throw reasonOf(signal);
    if (owner === null) return this.source.direct(path, 'mutation', input, options);
    const made: QueuedCall = {
      id: newId(),
      owner,
      keeper: this.keeping.keeper,
      path,
      at: new Date().toISOString(),
      isShown: optimistic,
      // A copy, as it will be sent: whoever made the call may change theirs.
      input: JSON.parse(JSON.stringify(input)) as QueuedCall['input'],
      was: null,
      isRebased: false,
      refusal: null,
    };
    if (seen) this.known.see(seen);
    const held = this.enqueue(this.onItsGround(made));
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.drop(held);
        if (signal) reject(reasonOf(signal));
      };
      signal?.addEventListener('abort', abort);
      const settle = (finish: (value: unknown) => void) => (value: unknown) => {
        signal?.removeEventListener('abort', abort);
        finish(value);
      };
      this.callers.set(made.id, { resolve: settle(resolve), reject: settle(reject) });
    });
  }

  private onItsGround(call: QueuedCall): QueuedCall {
    const ticketId = editedTicket(call);
    if (ticketId === null) return call;
    const earlier = [...this.held.values()].filter(
      (other) => !other.call.refusal && editedTicket(other.call) === ticketId,
    );
    return grounded(
      call,
      this.known.newest(ticketId),
      earlier.map((other) => other.call),
    );
  }

  private enqueue(call: QueuedCall): Held {
    const held = this.hold(call);
    void this.keeping.save(call);
    this.tell();
    this.sending.run();
    return held;
  }

  private hold(call: QueuedCall): Held {
    const { overlay, session } = this.source;
    const isShown = call.isShown && !call.refusal;
    const shown = isShown ? preview(overlay, call.path, call.input, userOf(session.get()), call.at) : null;
    const held: Held = { call, shown, cut: new AbortController() };
    this.held.set(call.id, held);
    return held;
  }

  private drop(held: Held): void {
    const { id } = held.call;
    this.callers.delete(id);
    this.told.delete(id);
    void this.keeping.remove(id);
    if (this.held.get(id) === held) this.held.delete(id);
    this.finished.add(id);
    held.cut.abort();
    held.shown?.undone();
    this.tell();
  }

  private settle(id: string, anew: (call: QueuedCall) => Pick<QueuedCall, 'input' | 'was'> | null): void {
    const held = this.held.get(id);
    if (!held?.call.refusal) return;
    const next = anew(held.call);
    if (next) this.enqueue({ ...held.call, ...next, id: newId(), refusal: null, isRebased: next.was !== null });
    this.drop(held);
  }

  get next(): Held | undefined {
    for (const held of this.held.values()) if (!held.call.refusal) return held;
    return undefined;
  }

  async done(held: Held, reply: TicketReply): Promise<void> {
    const { call, shown, cut } = held;
    this.known.remember(reply);
    // Those that follow first: after a crash between the two this one is answered again, in the same words.
    for (const follower of this.held.values()) {
      const ticketId = editedTicket(follower.call);
      if (follower === held || ticketId === null || ticketId !== reply.id) continue;
      const next = rebased(follower.call, reply);
      if (next === follower.call) continue;
      follower.call = next;
      void this.keeping.save(next);
    }
    void this.keeping.remove(call.id);
    this.held.delete(call.id);
    this.finished.add(call.id);
    if (!cut.signal.aborted) shown?.done(reply);
    this.tell();
    this.callers.get(call.id)?.resolve(reply);
    this.callers.delete(call.id);
    await this.keeping.settled();
  }

  refuse(held: Held, error: BatonError): void {
    const { code, message, details } = error;
    const call: QueuedCall = { ...held.call, refusal: { code, message, details } };
    const fields = conflictingFields(call);
    held.call = call;
    // The fields are as one saw them when one made it: nobody else is in the way.
    const again = call.isRebased && fields && Object.keys(fields).length === 0 ? settled(call, () => true) : null;
    if (again) {
      held.call = { ...call, ...again, refusal: null };
      return void this.keeping.save(held.call);
    }
    void this.keeping.save(call);
    held.shown?.undone();
    const caller = this.callers.get(call.id);
    if (caller) this.told.add(call.id);
    this.tell();
    caller?.reject(error);
    this.callers.delete(call.id);
  }

  private tell(): void {
    this.state.set(
      stateOf(
        [...this.held.values()].map(({ call }) => call),
        this.told,
      ),
    );
  }
}
