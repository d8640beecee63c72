import { afterEach, describe, expect, it, vi } from 'vitest';
import { BoardStore } from '../../web/src/board/boardStore.js';
import {
  BatonError,
  type BatonClient,
  type LiveHandlers,
  type ProjectEvent,
  type Ticket,
  type TicketStatus,
} from '../../web/src/sdk.js';
import { aTicket, project, ticketEvent, titlesIn } from './boardFixtures.js';

type Handlers = LiveHandlers<ProjectEvent>;
type ListInput = { status: [TicketStatus]; cursor?: string };

/** A server of one project whose lists wait until they are let go, so that events can overtake them. */
function aServer() {
  const tickets: Ticket[] = [];
  const held: (() => void)[] = [];
  const stops = vi.fn();
  const server = {
    tickets,
    handlers: {} as Handlers,
    nextCursor: null as string | null,
    failure: null as BatonError | null,
    counts: {} as Partial<Record<TicketStatus, number>>,
    stops,
    letGo: async () => {
      for (const go of held.splice(0)) go();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    tell: (event: ProjectEvent) => server.handlers.onEvent?.({ ...event, cursor: '' }),
  };
  const answer = <Value>(value: () => Value) =>
    new Promise<Value>((resolve, reject) => {
      held.push(() => (server.failure ? reject(server.failure) : resolve(value())));
    });
  const client = {
    live: {
      project: (_input: object, handlers: Handlers) => {
        server.handlers = handlers;
        return { stop: stops };
      },
    },
    projects: {
      get: () => answer(() => project),
      members: { list: () => answer(() => ({ items: [], nextCursor: null })) },
    },
    assignments: { proposals: { list: () => answer(() => ({ items: [], nextCursor: null })) } },
    tickets: {
      counts: () => answer(() => ({ byStatus: server.counts })),
      list: ({ status: [status], cursor }: ListInput) => {
        const items = cursor ? [aTicket(cursor, { lastSeq: 3 })] : tickets.filter((t) => t.status === status);
        const nextCursor = cursor ? null : server.nextCursor;
        return answer(() => ({ items, nextCursor }));
      },
    },
  };
  return Object.assign(server, { client: client as unknown as BatonClient });
}

async function anOpenBoard(server: ReturnType<typeof aServer>) {
  const store = new BoardStore(server.client, 'p');
  store.start();
  server.handlers.onReady?.({ kind: 'ready', seq: 10, cursor: '' });
  await server.letGo();
  return store;
}

const stateOf = (store: BoardStore) => {
  const { state } = store.get();
  if (!state) throw new Error('no board yet');
  return state;
};

afterEach(() => vi.useRealTimers());

describe('opening a board', () => {
  it('follows before it reads, and applies what happened while it read', async () => {
    const server = aServer();
    const ticket = aTicket('1');
    server.tickets.push(ticket);
    const store = new BoardStore(server.client, 'p');
    store.start();
    server.handlers.onReady?.({ kind: 'ready', seq: 10, cursor: '' });
    server.tell(ticketEvent('ticket.updated', 11, ticket, { status: 'REVIEW' }));
    await server.letGo();

    expect(titlesIn(stateOf(store), 'OPEN')).toEqual([]);
    expect(titlesIn(stateOf(store), 'REVIEW')).toEqual(['Ticket 1']);
    expect(stateOf(store).seq).toBe(11);
  });

  it('does not undo in the lists what an event from before them says', async () => {
    const server = aServer();
    const ticket = aTicket('1');
    server.tickets.push({ ...ticket, status: 'CLOSED', lastSeq: 12 });
    const store = new BoardStore(server.client, 'p');
    store.start();
    server.handlers.onReady?.({ kind: 'ready', seq: 10, cursor: '' });
    server.tell(ticketEvent('ticket.updated', 11, ticket, { status: 'REVIEW' }));
    await server.letGo();

    expect(titlesIn(stateOf(store), 'CLOSED')).toEqual(['Ticket 1']);
  });

  it('says why it cannot when the project is not there', async () => {
    const server = aServer();
    server.failure = new BatonError('NOT_FOUND', 'No such project.');
    const store = await anOpenBoard(server);

    expect(store.get().error?.code).toBe('NOT_FOUND');
    expect(server.stops).toHaveBeenCalled();
  });

  it('reads again after a resync, keeping what it shows until then', async () => {
    const server = aServer();
    server.tickets.push(aTicket('1'));
    const store = await anOpenBoard(server);
    server.tickets.splice(0, 1, aTicket('2', { lastSeq: 40 }));
    server.handlers.onResync?.({ kind: 'resync', reason: 'PAST_RETENTION', seq: 40, cursor: '' });
    const meanwhile = titlesIn(stateOf(store), 'OPEN');
    await server.letGo();

    expect(meanwhile).toEqual(['Ticket 1']);
    expect(titlesIn(stateOf(store), 'OPEN')).toEqual(['Ticket 2']);
    expect(stateOf(store).seq).toBe(40);
  });

  it('does not read again when the stream only reconnected', async () => {
    const server = aServer();
    const store = await anOpenBoard(server);
    const before = stateOf(store);
    server.handlers.onReady?.({ kind: 'ready', seq: 10, cursor: '' });
    await server.letGo();

    expect(stateOf(store)).toBe(before);
  });
});

describe('a board that is open', () => {
  it('tells a burst of events as one change', async () => {
    const server = aServer();
    const store = await anOpenBoard(server);
    vi.useFakeTimers();
    const listener = vi.fn();
    store.subscribe(listener);
    for (let seq = 11; seq <= 60; seq++) server.tell(ticketEvent('ticket.created', seq, aTicket(`t${seq}`)));
    vi.advanceTimersByTime(100);

    expect(listener).toHaveBeenCalledTimes(1);
    expect(stateOf(store).tickets.size).toBe(50);
  });

  it('shows an own change until exactly its event has come', async () => {
    const server = aServer();
    const ticket = aTicket('1');
    server.tickets.push(ticket);
    const store = await anOpenBoard(server);
    const overlay = store.overlay('1', { status: 'REVIEW' });
    store.confirm(overlay, 12);
    server.tell(ticketEvent('ticket.updated', 11, ticket, { title: 'Renamed' }));
    const before = store.get().overlays.length;
    server.tell(ticketEvent('ticket.updated', 12, ticket, { status: 'REVIEW' }));

    expect(before).toBe(1);
    expect(store.get().overlays).toEqual([]);
  });

  it('drops an own change at once when its event came before the reply', async () => {
    const server = aServer();
    const store = await anOpenBoard(server);
    const overlay = store.overlay('1', { status: 'REVIEW' });
    server.tell(ticketEvent('ticket.updated', 11, aTicket('1'), { status: 'REVIEW' }));
    store.confirm(overlay, 11);

    expect(store.get().overlays).toEqual([]);
  });

  it('takes back an own change that was refused', async () => {
    const store = await anOpenBoard(aServer());
    store.withdraw(store.overlay('1', { status: 'REVIEW' }));

    expect(store.get().overlays).toEqual([]);
  });

  it('adds the next page of a column, but nothing older than it knows', async () => {
    const server = aServer();
    server.nextCursor = '7';
    const store = await anOpenBoard(server);
    const moved = ticketEvent('ticket.updated', 11, aTicket('7'), { status: 'REVIEW' });
    server.tell(moved);
    const loading = store.loadMore('OPEN');
    await server.letGo();
    await loading;

    expect(stateOf(store).nextPages.OPEN).toBeNull();
    expect(titlesIn(stateOf(store), 'OPEN')).toEqual([]);
    expect(titlesIn(stateOf(store), 'REVIEW')).toEqual(['Ticket 7']);
  });
});
