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
  const list = () =>
    listTickets(world.db, world.lead, ListTicketsInput.parse({ projectId: world.project.id, status: ['OPEN'] }));
  const retitle = (ticketId: string, title: string) => patchTicket(world, world.lead, ticketId, { title });

  it('are prepared anew: lists, reads of one moment and changes go on', async () => {
    const { id } = await aTicket(world);
    const read = () => world.db.all(everyone, []);
    const snapshot = () => world.db.snapshot((all) => all(everyone, []));
    await inAllConnections(list);
    const before = [await inAllConnections(read), await inAllConnections(snapshot)] as const;
    for (let nth = 0; nth < 6; nth++) await inAllConnections(() => retitle(id, `${nth} before`));
    for (const table of ['tickets', 'users', 'projects', 'assignments'])
      await world.db.all(adHoc(`ALTER TABLE ${table} ADD COLUMN of_the_next_version TEXT`), []);

    const title = 'after';
    const changed = await inAllConnections(() => retitle(id, title));
    const lists = await inAllConnections(list);

    for (const ticket of changed) expect(ticket.title).toBe(title);
    for (const { items } of lists) expect(items.map((item) => item.title)).toEqual([title]);
    expect(changed).toHaveLength(6);
    expect(lists).toHaveLength(6);
    const people = await inAllConnections(read);
    expect(people).toMatchObject(before[0]);
    expect(people[0]![0]).toHaveProperty('of_the_next_version', null);
    expect(await inAllConnections(snapshot)).toMatchObject(before[1]);
  });
});
