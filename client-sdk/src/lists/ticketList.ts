import { noTickets } from '../../../contract/foldTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { Live, LiveTickets, TicketsQuery } from '../live.js';
import type { Overlay } from './overlay.js';
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

  constructor(
    private readonly query: TicketsQuery,
    private readonly lists: ListSource,
    onFollowed: OnFollowed,
  ) {
    super(lists, nothing, onFollowed);
    this.show = showing(query);
  }

  base(ticketId: string): Ticket | undefined {
    return this.byId.get(ticketId);
  }

  changed(ticketId: string): void {
    if (this.byId.has(ticketId)) this.tell();
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
  }

  protected draw(overlay: Overlay) {
    const { items, counts } = this.show(this.rows ?? noTickets, (ticket) => overlay.over(ticket));
    const isTouched = items !== (this.rows ?? noTickets).items;
    return { items, counts, pendingIds: isTouched ? this.pendingOf(items) : nothing.pendingIds };
  }

  /** Rows that stayed as they were are the same objects. */
  private take(rows: LiveTickets): void {
    const before = new Map(this.byId);
    this.rows = rows;
    this.byId.clear();
    for (const ticket of rows.items) this.byId.set(ticket.id, ticket);
    for (const [id, ticket] of before) if (this.byId.get(id) !== ticket) this.moved(id);
    this.tell();
  }

  private pendingOf(items: readonly Ticket[]): ReadonlySet<string> {
    return new Set(items.filter((ticket) => this.byId.get(ticket.id) !== ticket).map(({ id }) => id));
  }
}
