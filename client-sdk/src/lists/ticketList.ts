import { noTickets } from '../../../contract/foldTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { Live, LiveTickets, TicketsQuery } from '../live.js';
import type { Creation } from './creations.js';
import { hasSeen, type Doing, type Overlay } from './overlay.js';
import { Progress } from './progress.js';
import { SharedView, type Ends, type OnFollowed, type View, type ViewSource, type ViewState } from './sharedView.js';
import { showing, type Rows } from './shownTickets.js';

/** What a list shows at one moment; never changed, only replaced. */
export interface TicketListState extends Rows, ViewState {
  /** Rows among `items` that show a mutation whose event has not come yet. */
  readonly pendingIds: ReadonlySet<string>;
}

/**
 * A list of tickets that stays true, with one's own changes in it at once. It is followed while anybody subscribes, once for
 * all who ask the same.
 */
export type TicketList = View<TicketListState>;

export interface ListSource extends ViewSource {
  readonly live: Pick<Live, 'tickets'>;
}

const nothing: TicketListState = { ...noTickets, status: 'loading', error: null, pendingIds: new Set() };

export class SharedTicketList extends SharedView<TicketListState> {
  private readonly show: ReturnType<typeof showing>;
  private rows: LiveTickets | null = null;
  private readonly byId = new Map<string, Ticket>();
  private readonly progress: Progress;
  /** Made here, and come by the stream: whatever became of them since is in the rows. */
  private readonly met = new Set<string>();

  constructor(
    private readonly query: TicketsQuery,
    private readonly lists: ListSource,
    onFollowed: OnFollowed,
  ) {
    super(lists, nothing, onFollowed);
    this.show = showing(query);
    this.progress = new Progress(query);
  }

  base(ticketId: string): Ticket | undefined {
    return this.byId.get(ticketId);
  }

  hasPassed(ticketId: string, by: Doing): boolean {
    const base = this.byId.get(ticketId);
    return (base !== undefined && hasSeen(base, by)) || this.progress.hasPassed(by);
  }

  changed(ticketId: string): void {
    if (this.byId.has(ticketId)) this.tell();
  }

  created(): void {
    if (this.rows) this.tell();
  }

  protected get isHere() {
    return this.rows ? 'yes' : 'no';
  }

  protected open({ isWanted, ...ends }: Ends) {
    return this.lists.live.tickets(this.query, { ...ends, onChange: (rows) => isWanted() && this.take(rows) });
  }

  protected clear(): void {
    this.rows = null;
    this.byId.clear();
    this.progress.clear();
    this.met.clear();
  }

  protected draw(overlay: Overlay) {
    const there = this.rows ?? noTickets;
    const made = this.rows
      ? [...overlay.creations].filter((one) => this.isMissing(one)).map(({ ticket }) => ticket)
      : [];
    const { items, counts } = this.show(there, { over: (ticket) => overlay.over(ticket), made });
    return { items, counts, pendingIds: items === there.items ? nothing.pendingIds : this.pendingOf(items) };
  }

  private isMissing({ ticket, by }: Creation): boolean {
    return !this.met.has(ticket.id) && !(by && this.progress.hasPassed(by));
  }

  /** Rows that stayed as they were are the same objects. */
  private take(rows: LiveTickets): void {
    this.rows = rows;
    this.byId.clear();
    for (const ticket of rows.items) this.byId.set(ticket.id, ticket);
    this.progress.take(rows);
    for (const { ticket } of this.lists.overlay.creations) if (this.byId.has(ticket.id)) this.met.add(ticket.id);
    this.tell();
    this.moved();
  }

  private pendingOf(items: readonly Ticket[]): ReadonlySet<string> {
    return new Set(items.filter((ticket) => this.byId.get(ticket.id) !== ticket).map(({ id }) => id));
  }
}
