import type { PresentPerson } from '../../../contract/presence.js';
import type { Ticket, TicketDetail } from '../../../contract/ticket.js';
import { backoffMs, type Backoff } from '../backoff.js';
import { isBatonError, toBatonError, type BatonError } from '../errors.js';
import type { Live } from '../live.js';
import { hasSeen, type Doing, type Overlay } from './overlay.js';
import { SharedView, type Ends, type OnFollowed, type View, type ViewSource, type ViewState } from './sharedView.js';

/** What is shown of one ticket at one moment; never changed, only replaced. */
export interface OneTicketState extends ViewState {
  /** With one's own changes over it. Null while nothing has come, and, when `live`, of a ticket that is deleted. */
  readonly ticket: Ticket | null;
  /** Who has it open now, oneself too. Among staff only: customers are told nobody. */
  readonly people: readonly PresentPerson[];
  /** It shows a mutation whose event has not come yet. */
  readonly isPending: boolean;
}

/** One ticket that stays true, with one's own changes in it at once, and who has it open. */
export type OneTicket = View<OneTicketState>;

export interface TicketSource extends ViewSource {
  readonly live: Pick<Live, 'ticket'>;
  readonly get: (input: { ticketId: string }) => Promise<TicketDetail>;
  readonly backoff: Backoff;
}

const nobody: OneTicketState['people'] = [];
const nothing: OneTicketState = { ticket: null, people: nobody, status: 'loading', error: null, isPending: false };

/** They pass, and the ticket is asked for again. */
const isPassing = (error: BatonError): boolean =>
  isBatonError(error, 'UNAVAILABLE') || isBatonError(error, 'INTERNAL') || isBatonError(error, 'TOO_MANY_REQUESTS');

export class SharedTicket extends SharedView<OneTicketState> {
  /** A deleted one too, when it was seen before. */
  private ticket: Ticket | null = null;
  private people = nobody;
  protected isHere: 'no' | 'partly' | 'yes' = 'no';
  private asking: object | null = null;

  constructor(
    private readonly ticketId: string,
    private readonly tickets: TicketSource,
    onFollowed: OnFollowed,
  ) {
    super(tickets, nothing, onFollowed);
  }

  base(ticketId: string): Ticket | undefined {
    return this.ticket?.id === ticketId ? this.ticket : undefined;
  }

  hasPassed(ticketId: string, by: Doing): boolean {
    return ticketId !== this.ticketId || (this.ticket !== null && hasSeen(this.ticket, by));
  }

  changed(ticketId: string): void {
    if (this.ticket?.id === ticketId) this.tell();
  }

  /** It cannot be followed before it is made. */
  created(): void {}

  protected open({ isWanted, ...ends }: Ends) {
    const ifWanted = (act: () => void) => {
      if (isWanted()) act();
    };
    return this.tickets.live.ticket(
      { ticketId: this.ticketId },
      {
        ...ends,
        // What the stream tells begins here, so that a ticket that is read now misses nothing.
        onReady: () => ifWanted(() => this.isHere !== 'yes' && this.ask()),
        onResync: () =>
          ifWanted(() => {
            // Other numbers, after a move or a restore: what is here counts for nothing, and is shown until the rest has come.
            if (this.isHere === 'yes') this.isHere = 'partly';
            this.tell();
            this.ask();
          }),
        onEvent: ({ type, payload }) =>
          ifWanted(() => type !== 'ticket.moved' && 'ticket' in payload && this.take(payload.ticket)),
        onPresence: ({ people }) =>
          ifWanted(() => {
            this.people = people;
            this.tell();
          }),
      },
    );
  }

  protected clear(): void {
    this.ticket = null;
    this.people = nobody;
    this.isHere = 'no';
    this.asking = null;
  }

  protected draw(overlay: Overlay) {
    const there = this.ticket?.deletedAt === null ? this.ticket : null;
    const ticket = there && overlay.over(there);
    return { ticket, people: this.people, isPending: ticket !== there };
  }

  private ask(retry = 0): void {
    const mine = {};
    this.asking = mine;
    this.tickets.get({ ticketId: this.ticketId }).then(
      (detail) => this.asking === mine && this.take(ticketOf(detail)),
      (thrown: unknown) => {
        if (this.asking !== mine) return;
        const error = toBatonError(thrown);
        // The stream is there, so it is deleted, and may be restored: or else the stream is about to end.
        if (isBatonError(error, 'NOT_FOUND')) this.take(null);
        else if (!isPassing(error)) this.lose(error);
        else setTimeout(() => this.asking === mine && this.ask(retry + 1), backoffMs(retry, this.tickets.backoff));
      },
    );
  }

  private take(next: Ticket | null): void {
    const isKnown = this.isHere === 'yes' && (next === null || next.lastSeq <= (this.ticket?.lastSeq ?? 0));
    if (isKnown) return;
    this.ticket = next;
    this.isHere = 'yes';
    this.tell();
    this.moved();
  }
}

const ticketOf = ({
  projectKey: _,
  reporterName: __,
  departmentName: ___,
  requiredSkillName: ____,
  assignments: _____,
  links: ______,
  watching: _______,
  ...ticket
}: TicketDetail): Ticket => ticket;
