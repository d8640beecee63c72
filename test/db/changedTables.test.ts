import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListTicketsInput } from '../../contract/ticketInputs.js';
import { listTickets } from '../../server/features/tickets/tickets.queries.js';
import { adHoc, statement } from '../../server/db/statement.js';
import { describeWith } from '../support/services.js';
import { aTicket, aTicketWorld, patchTicket, type TicketWorld } from '../support/ticketWorld.js';

const everyone = statement('test.everyone', 'SELECT u.* FROM users u ORDER BY u.id');

/** As in a rolling upgrade: a node of the version before goes on while the next one's migrations add columns. */
describeWith('postgres')('statements that were prepared before a column was added', () => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld('postgres', { poolSize: 3 });
  });
  afterAll(() => world.close());

  const inAllConnections = <Result>(run: () => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: 6 }, run));
  const waysToAsk: Record<string, (ticketId: string) => Promise<unknown>> = {
    'a list': () =>
      listTickets(world.db, world.lead, ListTicketsInput.parse({ projectId: world.project.id, status: ['OPEN'] })),
    'a read': () => world.db.all(everyone, []),
    'a read that permissions hang on': () => world.db.promptly(everyone, []),
    'reads of one moment': () => world.db.snapshot((all) => all(everyone, [])),
    'a change': async (ticketId) => {
      const { title } = await patchTicket(world, world.lead, ticketId, { title: `At ${performance.now()}` });
      return title.slice(0, 3);
    },
  };

  it.each(Object.entries(waysToAsk))('are prepared anew: %s goes on', async (way, ask) => {
    const { id } = await aTicket(world);
    const before = await inAllConnections(() => ask(id));
    // Several times, or a connection may not have been among them.
    for (let nth = 0; nth < 5; nth++) await inAllConnections(() => ask(id));
    for (const table of ['tickets', 'users', 'projects', 'assignments'])
      await world.db.all(adHoc(`ALTER TABLE ${table} ADD COLUMN "after ${way}" TEXT`), []);

    const after = await inAllConnections(() => ask(id));

    expect(after).toMatchObject(before);
  });

  it('have the column then', async () => {
    const [someone] = await world.db.all(everyone, []);
    expect(someone).toHaveProperty(['after a change'], null);
  });
});
