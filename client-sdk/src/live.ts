import type { ConversationEvent, FeedEvent, ProjectEvent } from '../../contract/event.js';
import type { ResyncReason } from '../../contract/live.js';
import type { QueryCounts } from '../../contract/liveTickets.js';
import type { PresenceItem } from '../../contract/presence.js';
import type { Ticket } from '../../contract/ticket.js';
import type { Api } from './api.js';
import type { BatonError } from './errors.js';

export type Told = { readonly kind: 'event'; readonly seq: number } | PresenceItem;
/** Given with each item: keep it where the effect of the item is kept, and a later stream continues right after it. */
interface WithCursor {
  readonly cursor: string;
}
/** Everything up to `seq` has been delivered; what follows happens now. Again after each reconnection. */
export interface LiveReady extends WithCursor {
  readonly kind: 'ready';
  readonly seq: number;
}
/** What was missed cannot be told any more: load the state anew. Events after `seq` follow. */
export interface LiveResync extends WithCursor {
  readonly kind: 'resync';
  readonly reason: ResyncReason;
  readonly seq: number;
}
export type LiveEvent<Event extends Told> = Extract<Event, { kind: 'event' }> & WithCursor;
/** Everybody who has the ticket, or the conversation, open now. Of a ticket among staff only. */
export type LivePresence = PresenceItem & WithCursor;
export type LiveItem<Event extends Told> =
  LiveEvent<Event> | (Extract<Event, { kind: 'presence' }> & WithCursor) | LiveReady | LiveResync;

export interface EndHandlers {
  /** The stream has ended and will not come back by itself: access lost, signed out, bad input. */
  readonly onError?: (error: BatonError) => void;
  /** Last of all calls, after `stop`, `signal`, `logout`, `close` or an error. */
  readonly onEnd?: () => void;
  readonly signal?: AbortSignal;
}
export interface LiveHandlers<Event extends Told> extends EndHandlers {
  /** Each event once, in order of `seq`. What one is not allowed to see is left out, so numbers may be skipped. */
  readonly onEvent?: (event: LiveEvent<Event>) => void;
  /** Streams of tickets and conversations only: the whole list, again at each change. Tell that you type by `client.presence.set`. */
  readonly onPresence?: (presence: Extract<Event, { kind: 'presence' }> & WithCursor) => void;
  readonly onReady?: (ready: LiveReady) => void;
  /** Always give this one: without it a missed stretch stays missed. */
  readonly onResync?: (resync: LiveResync) => void;
}

/**
 * A stream that outlives its sockets: after a cut, a restart of the server or a renewed sign-in it continues behind the last
 * event it delivered. Without handlers, read it once with `for await`: it yields events, `ready` and `resync`, ends on
 * `stop`, throws a `BatonError` when the stream cannot go on, and stops when the loop is left.
 */
export interface LiveStream<Event extends Told> extends AsyncIterable<LiveItem<Event>> {
  /** That of the last item delivered, at first `lastEventId`. */
  readonly cursor: string | null;
  stop(): void;
}

/** What a live query shows: its rows in order, and counts of all that match, also of those beyond the limit. */
export interface LiveTickets extends WithCursor {
  readonly items: readonly Ticket[];
  readonly counts: QueryCounts;
}
export interface TicketsHandlers extends EndHandlers {
  /** The whole list after each change of it; rows that stayed as they were are the same objects. */
  readonly onChange?: (tickets: LiveTickets) => void;
}
/** A list of tickets that stays true, whatever happens to sockets and servers. Without handlers, read it with `for await`. */
export interface TicketsStream extends AsyncIterable<LiveTickets> {
  /** Null until the first list has come. */
  readonly tickets: LiveTickets | null;
  stop(): void;
}
/** What `tickets.list` takes, and `limit` up to 500 rows from the top. */
export type TicketsQuery = Omit<NonNullable<Parameters<Api['tickets']['list']>[0]>, 'cursor'>;

/** `lastEventId`: a cursor kept from earlier. Without one the stream starts with what happens from now on. */
export interface Live {
  /** Every event of a project that one may see. */
  project(
    input: { readonly projectId: string; readonly lastEventId?: string | undefined },
    handlers?: LiveHandlers<ProjectEvent>,
  ): LiveStream<ProjectEvent>;
  /** The events of one ticket, and who has it open; `seq` is that of its project. `presence: false`: not to be seen, nor to see. */
  ticket(
    input: {
      readonly ticketId: string;
      readonly presence?: boolean | undefined;
      readonly lastEventId?: string | undefined;
    },
    handlers?: LiveHandlers<ProjectEvent | PresenceItem>,
  ): LiveStream<ProjectEvent | PresenceItem>;
  /** What is said in a conversation, and who has it open. `seq` is that of its project; of a direct one that of one's own stream. */
  conversation(
    input: {
      readonly conversationId: string;
      readonly presence?: boolean | undefined;
      readonly lastEventId?: string | undefined;
    },
    handlers?: LiveHandlers<ConversationEvent | PresenceItem>,
  ): LiveStream<ConversationEvent | PresenceItem>;
  /** The tickets that a filter finds, of one project or of all. */
  tickets(input: TicketsQuery, handlers?: TicketsHandlers): TicketsStream;
  /** Across projects: what is assigned to me, said to me directly, my memberships, my sessions. */
  me(input?: { readonly lastEventId?: string | undefined }, handlers?: LiveHandlers<FeedEvent>): LiveStream<FeedEvent>;
}
