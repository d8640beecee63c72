import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { foldTickets, noTickets, type TicketsView } from '../../contract/foldTickets.js';
import type { TicketsItem } from '../../contract/liveTickets.js';
import { CreateTicketInput, type TicketSort } from '../../contract/ticketInputs.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { listTickets } from '../../server/features/tickets/tickets.queries.js';
import { updateTicket } from '../../server/features/tickets/commands/updateTicket.js';
import type { AppRouter } from '../../server/rpc/appRouter.js';
import { until } from '../realtime/liveWorld.js';
import { aCustomer, aProject, signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { parsed } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

const sort: TicketSort = { by: 'createdAt', dir: 'asc' };

async function aSubscriber(app: LiveApp, person: Person, input: object) {
  const { accessToken: token } = await signIn(app, person);
  const sockets: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const ws = createWSClient({
    url: app.ws,
    connectionParams: { token },
    WebSocket: Kept as never,
    retryDelayMs: () => 10,
  });
  const client = createTRPCClient<AppRouter>({ links: [wsLink({ client: ws })] });
  const items: TicketsItem[] = [];
  const held: { view: TicketsView } = { view: noTickets };
  const errors: string[] = [];
  const stream = client.live.tickets.subscribe(
    { sort, ...input },
    {
      onData: ({ data }) => {
        items.push(data);
        held.view = foldTickets(held.view, data, sort);
      },
      onError: (error) => errors.push(error.message),
    },
  );
  onTestFinished(async () => {
    stream.unsubscribe();
    await ws.close();
  });
  return { items, held, errors, cut: () => sockets.at(-1)?.terminate() };
}

describeEachDialect('live.tickets with the stock client', (dialect) => {
  it('stays true through cuts, and goes on by cursor', async () => {
    const app = await anApp(dialect);
    onTestFinished(() => app.close());
    const kim = await aCustomer(app, 'Kim');
    const { id: projectId } = await aProject(app, { customers: [kim] });
    const make = (title: string, reporterId = app.admin.userId) =>
      createTicket(app.deps, app.admin, parsed(CreateTicketInput, { projectId, title, reporterId }));
    await make('Before');
    const staff = await aSubscriber(app, app.admin, { projectId, text: 'ticket* before' });
    const all = await aSubscriber(app, app.admin, { projectId, limit: 500 });
    const own = await aSubscriber(app, kim, {});
    await until(() => [all, own, staff].every(({ held }) => held.view.isWhole));

    for (let nth = 1; nth <= 30; nth++) {
      const { id } = await make(`Ticket ${nth}`, nth % 2 ? kim.userId : undefined);
      if (nth % 5 === 0) await updateTicket(app.deps, app.admin, { ticketId: id, patch: { status: 'REVIEW' } });
      if (nth % 10 === 0) all.cut();
    }
    const truth = (person: Person) => listTickets(app.db, person, { projectId, sort, limit: 200, cursor: undefined });
    const [everything, kims] = [(await truth(app.admin)).items, (await truth(kim)).items];
    await until(() => all.held.view.counts.total === 31 && own.held.view.counts.total === 15, 10_000);
    await until(() => all.held.view.counts.byStatus.REVIEW === 6, 10_000);

    expect(all.held.view.items).toEqual(everything);
    expect(own.held.view.items).toEqual(kims);
    expect(staff.held.view.items.map(({ title }) => title)).toEqual([]);
    // Three cuts, and never all over again.
    expect(all.items.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
    expect([all.errors, own.errors]).toEqual([[], []]);
  }, 60_000);

  it('takes what narrows it together in a filter, as a saved view has it', async () => {
    const app = await anApp(dialect);
    onTestFinished(() => app.close());
    const { id: projectId } = await aProject(app);
    const aTicket = (title: string, priority: 'LOW' | 'URGENT') =>
      createTicket(app.deps, app.admin, parsed(CreateTicketInput, { projectId, title, priority }));
    await aTicket('Printer is slow', 'LOW');
    const urgent = await aTicket('Printer burns', 'URGENT');
    const wire = await Wire.open(app.ws, (await signIn(app, app.admin)).accessToken);

    const together = wire.begin('subscription', 'live.tickets', { projectId, filter: { priority: ['URGENT'] } });
    const mixed = wire.begin('subscription', 'live.tickets', { filter: { text: 'printer' }, priority: ['URGENT'] });
    await until(() => [together, mixed].every((id) => wire.itemsOf(id).length === 1));
    const later = await aTicket('Printer is gone', 'URGENT');
    await until(() => [together, mixed].every((id) => wire.itemsOf(id).length === 2));
    const twice = await wire.call('subscription', 'live.tickets', { filter: { tag: 'a' }, tag: 'b' });
    wire.close();

    for (const stream of [together, mixed]) {
      const [snapshot, delta] = wire.itemsOf(stream);
      expect(snapshot.items.map(({ id }: { id: string }) => id)).toEqual([urgent.id]);
      expect(delta.upserts.map(({ id }: { id: string }) => id)).toEqual([later.id]);
    }
    expect(twice.error?.data.app.code).toBe('BAD_INPUT');
  });

  it('refuses what cannot be asked, and what does not exist for the caller', async () => {
    const app = await anApp(dialect);
    onTestFinished(() => app.close());
    const kim = await aCustomer(app, 'Kim');
    const { id: projectId } = await aProject(app);
    const wire = await Wire.open(app.ws, (await signIn(app, kim)).accessToken);
    const ask = async (input: object) => (await wire.call('subscription', 'live.tickets', input)).error?.data.app.code;

    const codes = [
      await ask({ projectId }),
      await ask({ unassigned: true, assigneeId: kim.userId }),
      await ask({ limit: 501 }),
      await ask({ cursor: 'x' }),
    ];
    wire.close();

    expect(codes).toEqual(['NOT_FOUND', 'BAD_INPUT', 'BAD_INPUT', 'BAD_INPUT']);
  });
});
