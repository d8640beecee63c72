import { foldTickets, noTickets, type TicketsView } from '../../contract/foldTickets.js';
import { limits } from '../../contract/limits.js';
import { latestFirst } from '../../contract/ticketOrder.js';
import { BatonError } from './errors.js';
import { Following, isRows, type AnyItem, type Sink, type Source } from './follow.js';
import type {
  Live,
  LiveHandlers,
  LiveItem,
  LiveStream,
  LiveTickets,
  TicketsHandlers,
  TicketsQuery,
  Told,
} from './live.js';
import { Stream, type Receiver } from './stream.js';

/** The streams that a client has open. */
export interface Streams {
  readonly live: Live;
  /** Ends all of them, with the reason if there is one. */
  end(error: BatonError | null): void;
}

interface Begin<Item> {
  readonly path: string;
  readonly input: object;
  readonly cursor?: string | undefined;
  readonly receiver: Receiver<Item>;
  /** What one item of the wire makes of those handed on. */
  readonly translate: (item: AnyItem, hand: (item: Item) => void) => void;
}

/** Which handler an item of a stream of events goes to. */
const delivering =
  <Event extends Told>(handlers: LiveHandlers<Event>) =>
  (item: LiveItem<Event>): void => {
    if (item.kind === 'resync') handlers.onResync?.(item);
    else if (item.kind === 'ready') handlers.onReady?.(item);
    else handlers.onEvent?.(item);
  };

export function createStreams(source: Source): Streams {
  const open = new Set<{ end(error: BatonError | null): void }>();

  function begin<Item extends { readonly cursor: string }>({ path, input, cursor, receiver, translate }: Begin<Item>) {
    if (open.size >= limits.subscriptionsPerSocket)
      throw new BatonError('TOO_MANY_REQUESTS', `One client follows ${limits.subscriptionsPerSocket} streams at most.`);
    const follow = (sink: Sink<Item>) =>
      new Following(
        source,
        { path, input, cursor },
        { item: (item) => translate(item, (made) => sink.item(made)), failed: (error) => sink.failed(error) },
      );
    const stream = new Stream<Item>(follow, cursor, receiver, () => void open.delete(stream));
    open.add(stream);
    return stream;
  }

  const events = <Event extends Told>(
    path: string,
    { lastEventId: cursor, ...input }: { readonly lastEventId?: string | undefined },
    handlers: LiveHandlers<Event> | undefined,
  ): LiveStream<Event> =>
    begin<LiveItem<Event>>({
      path,
      input,
      cursor,
      receiver: { ...handlers, deliver: handlers ? delivering(handlers) : null },
      translate: (item, hand) => !isRows(item) && hand(item as LiveItem<Event>),
    });

  function tickets(input: TicketsQuery, handlers?: TicketsHandlers) {
    const sort = input.sort ?? latestFirst;
    let view: TicketsView = noTickets;
    let last: LiveTickets | null = null;
    const deliver = handlers ? (list: LiveTickets) => handlers.onChange?.(list) : null;
    const stream = begin<LiveTickets>({
      path: 'live.tickets',
      input,
      receiver: { ...handlers, deliver },
      translate: (item, hand) => {
        if (!isRows(item)) return;
        view = foldTickets(view, item, sort);
        if (!view.isWhole) return;
        last = { items: view.items, counts: view.counts, cursor: item.cursor };
        hand(last);
      },
    });
    return {
      get tickets() {
        return last;
      },
      stop: () => stream.stop(),
      [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
    };
  }

  const live: Live = {
    project: (input, handlers) => events('live.project', input, handlers),
    ticket: (input, handlers) => events('live.ticket', input, handlers),
    tickets,
    me: (input = {}, handlers) => events('live.me', input, handlers),
  };
  return {
    live,
    end(error) {
      for (const stream of open) stream.end(error);
    },
  };
}
