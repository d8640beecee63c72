import { noTickets } from '../../../contract/foldTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { BatonError, toBatonError } from '../errors.js';
import type { Live, LiveTickets, TicketsQuery, TicketsStream } from '../live.js';
import type { ConnectionState, SessionState } from '../options.js';
import { createStore, type Readable } from '../store.js';
import type { Overlay, Watcher } from './overlay.js';
import { showing, type Rows } from './shownTickets.js';

/**
 * `loading`: nothing has come yet. `live`: the rows are true. `stale`: the connection was cut a moment ago and is being
 * reopened. `offline`: it could not be, attempts go on. `error`: it is over, `error` says why, and there are no rows.
 */
export type ListStatus = 'loading' | 'live' | 'stale' | 'offline' | 'error';

/** What a list shows at one moment; never changed, only replaced. */
export interface TicketListState extends Rows {
  readonly status: ListStatus;
  readonly error: BatonError | null;
  /** Rows among `items` that show a mutation whose event has not come yet. */
  readonly pendingIds: ReadonlySet<string>;
}

/**
 * A list of tickets that stays true, with one's own changes in it at once. It is followed while anybody subscribes, once for
 * all who ask the same. Fits React: `useSyncExternalStore(list.subscribe, list.getSnapshot)`.
 */
export interface TicketList {
  readonly getSnapshot: () => TicketListState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly status: ListStatus;
  readonly error: BatonError | null;
}

export interface ListSource {
  readonly live: Pick<Live, 'tickets'>;
  readonly overlay: Overlay;
  readonly connection: Readable<ConnectionState>;
  readonly session: Readable<SessionState>;
}

/** Whoever leaves a view comes back to it, and whoever draws it anew leaves and enters in one moment. */
const LINGER_MS = 5_000;

const nothing: TicketListState = { ...noTickets, status: 'loading', error: null, pendingIds: new Set() };

export class SharedTicketList implements TicketList, Watcher {
  private readonly state = createStore<TicketListState>(nothing);
  private readonly show: ReturnType<typeof showing>;
  private stream: TicketsStream | null = null;
  private rows: LiveTickets | null = null;
  private readonly byId = new Map<string, Ticket>();
  private failure: BatonError | null = null;
  private readers = 0;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private leave: (() => void) | null = null;

  constructor(
    private readonly query: TicketsQuery,
    private readonly source: ListSource,
    /** Told when it begins to be followed, and when it is not any more. */
    private readonly onFollowed: (isFollowed: boolean) => void,
  ) {
    this.show = showing(query);
  }

  get status(): ListStatus {
    return this.state.get().status;
  }
  get error(): BatonError | null {
    return this.state.get().error;
  }
  readonly getSnapshot = (): TicketListState => this.state.get();

  readonly subscribe = (listener: () => void): (() => void) => {
    const end = this.state.subscribe(() => listener());
    if (this.readers++ === 0) this.enter();
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      end();
      if (--this.readers === 0) this.lingering = setTimeout(() => this.end(), LINGER_MS);
    };
  };

  base(ticketId: string): Ticket | undefined {
    return this.byId.get(ticketId);
  }

  changed(ticketId: string): void {
    if (this.byId.has(ticketId)) this.tell();
  }

  private enter(): void {
    clearTimeout(this.lingering);
    if (this.leave) return;
    this.onFollowed(true);
    const { overlay, connection, session } = this.source;
    const endings = [
      overlay.watch(this),
      connection.subscribe(() => this.tell()),
      session.subscribe((next) => {
        if (next.state === 'signedIn') this.follow();
        else this.lose(next.error ?? new BatonError('UNAUTHENTICATED', 'Signed out.'));
      }),
    ];
    this.leave = () => {
      for (const end of endings) end();
    };
    this.follow();
  }

  private end(): void {
    this.stream?.stop();
    this.stream = null;
    this.clear();
    this.leave?.();
    this.leave = null;
    this.onFollowed(false);
    this.state.set(nothing);
  }

  private follow(): void {
    if (this.stream) return;
    // What is left may be what another person was shown.
    this.clear();
    this.failure = null;
    try {
      this.stream = this.open();
      this.tell();
    } catch (error) {
      // So many lists at once that one connection does not carry them.
      this.lose(toBatonError(error));
    }
  }

  private open(): TicketsStream {
    const stream = this.source.live.tickets(this.query, {
      onChange: (rows) => this.stream === stream && this.take(rows),
      onError: (error) => this.stream === stream && this.lose(error),
      // Ended by `client.close`: it is followed again when somebody signs in.
      onEnd: () => {
        if (this.stream === stream) this.stream = null;
      },
    });
    return stream;
  }

  /** Rows that stayed as they were are the same objects. */
  private take(rows: LiveTickets): void {
    const before = new Map(this.byId);
    this.rows = rows;
    this.byId.clear();
    for (const ticket of rows.items) this.byId.set(ticket.id, ticket);
    for (const [id, ticket] of before) if (this.byId.get(id) !== ticket) this.source.overlay.moved(id);
    this.tell();
  }

  /** What may not be seen any more is not shown any more. */
  private lose(error: BatonError): void {
    this.clear();
    this.failure = error;
    this.tell();
  }

  private clear(): void {
    this.rows = null;
    this.byId.clear();
  }

  private tell(): void {
    const { overlay } = this.source;
    const shown = this.show(this.rows ?? noTickets, (ticket) => overlay.over(ticket));
    const before = this.state.get();
    const pendingIds = shown === this.rows ? nothing.pendingIds : this.pendingOf(shown.items);
    const next = {
      items: shown.items,
      counts: shown.counts,
      status: this.currentStatus(),
      error: this.failure,
      pendingIds,
    };
    const isSame = (Object.keys(next) as (keyof TicketListState)[]).every((key) => next[key] === before[key]);
    if (!isSame) this.state.set(next);
  }

  private pendingOf(items: readonly Ticket[]): ReadonlySet<string> {
    return new Set(items.filter((ticket) => this.byId.get(ticket.id) !== ticket).map(({ id }) => id));
  }

  private currentStatus(): ListStatus {
    if (this.failure) return 'error';
    const { state } = this.source.connection.get();
    if (state === 'offline') return 'offline';
    if (!this.rows) return 'loading';
    return state === 'online' ? 'live' : 'stale';
  }
}
