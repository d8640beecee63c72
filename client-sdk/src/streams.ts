import { foldTickets, noTickets, type TicketsView } from '../../contract/foldTickets.js';
import { limits } from '../../contract/limits.js';
import { latestFirst } from '../../contract/ticketOrder.js';
import { BatonError } from './errors.js';
import { Following, isRows, type AnyItem, type Sink, type Source } from './follow.js';
import type { Live, LiveHandlers, LiveItem, LiveStream, LiveTickets } from './live.js';
import type { TicketsHandlers, TicketsQuery, TicketsStream, Told } from './live.js';
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
    else if (item.kind === 'presence') handlers.onPresence?.(item);
    else handlers.onEvent?.(item);
  };

type Beginning = <Item extends { readonly cursor: string }>(stream: Begin<Item>) => Stream<Item>;

const events = <Event extends Told>(
  begin: Beginning,
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

function tickets(begin: Beginning, input: TicketsQuery, handlers: TicketsHandlers | undefined): TicketsStream {
  const sort = input.sort ?? latestFirst;
  let view: TicketsView = noTickets;
  let last: LiveTickets | null = null;
  const stream = begin<LiveTickets>({
    path: 'live.tickets',
    input,
    receiver: { ...handlers, deliver: handlers ? (list) => handlers.onChange?.(list) : null },
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

export function createStreams(source: Source): Streams {
  const open = new Set<{ end(error: BatonError | null): void }>();

  const begin: Beginning = <Item extends { readonly cursor: string }>(asked: Begin<Item>): Stream<Item> => {
    if (open.size >= limits.subscriptionsPerSocket)
      throw new BatonError('TOO_MANY_REQUESTS', `One client follows ${limits.subscriptionsPerSocket} streams at most.`);
    const { receiver, cursor, translate, ...target } = asked;
    const follow = (sink: Sink<Item>) =>
      new Following(
        source,
        { ...target, cursor },
        { item: (item) => translate(item, (made) => sink.item(made)), failed: (error) => sink.failed(error) },
      );
    const stream = new Stream<Item>(follow, cursor, receiver, () => void open.delete(stream));
    open.add(stream);
    return stream;
  };

  return {
    live: {
      project: (input, handlers) => events(begin, 'live.project', input, handlers),
      ticket: (input, handlers) => events(begin, 'live.ticket', input, handlers),
      tickets: (input, handlers) => tickets(begin, input, handlers),
      conversation: (input, handlers) => events(begin, 'live.conversation', input, handlers),
      me: (input = {}, handlers) => events(begin, 'live.me', input, handlers),
    },
    end(error) {
      for (const stream of open) stream.end(error);
    },
  };
}
