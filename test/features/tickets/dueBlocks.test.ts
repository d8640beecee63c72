import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ticket } from '../../../contract/ticket.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { compareTickets, latestFirst } from '../../../contract/ticketOrder.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { adHoc } from '../../../server/db/statement.js';
import { newId } from '../../../server/kernel/ids.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { queryReader } from '../../../server/features/tickets/ticketWindow.queries.js';
import { sorts } from '../../bench/reads/readCases.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, type TicketWorld } from '../../support/ticketWorld.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';

const TICKETS = 160;
/** Before the first part, on its edge, before today's, and behind it: chosen ids need not be of a time. */
const prefixes = ['0000', '018f', '0190', '0195', '01a0', '0fff', 'ffff'];
const moments = [
  '1001-05-05',
  '9000-01-01',
  '1999-12-25',
  '2000-01-02',
  '2000-01-03',
  '2024-02-29',
  '2025-12-31',
  '2026-01-01',
  '2027-06-01',
];
const days = ['1000-01-01', '1999-12-31', '2025-06-01', '2026-11-30', '9999-12-31', null, null];

type Filter = Omit<ListTicketsInput, 'sort' | 'limit' | 'cursor'>;

describeEachDialect('what is due before a day', (dialect) => {
  let world: TicketWorld;
  let all: readonly Ticket[];
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    const random = randomFrom(11);
    const pick = <V>(of: readonly V[]): V => random.pick(of);
    for (let nth = 0; nth < TICKETS; nth++) {
      const id = nth % 2 ? newId() : `${pick(prefixes)}${newId().slice(4)}`;
      const project = nth % 3 ? world.project : world.foreign;
      const draft = { ticketId: id, projectId: project.id, title: `Ticket ${nth}`, dueDate: pick(days) };
      const priority = pick(['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const);
      await createTicket(world.deps, world.admin, parsed(CreateTicketInput, { ...draft, priority }));
      const at = () => new Date(`${pick(moments)}T${pick(['00:00:00.000', '12:00:00.000', '23:59:59.999'])}Z`);
      const changed = adHoc(`UPDATE tickets SET created_at = $1, updated_at = $2, status = $3 WHERE id = $4`);
      await world.db.all(changed, [at(), at(), pick(['OPEN', 'IN_PROGRESS', 'REVIEW']), id]);
    }
    const ended = await aTicket(world, { title: 'Deleted', dueDate: '2025-01-01' }, world.admin);
    await world.db.all(adHoc('UPDATE tickets SET deleted_at = $1, deleted_by = $2 WHERE id = $3'), [
      new Date(),
      world.admin.userId,
      ended.id,
    ]);
    all = (await listTickets(world.db, world.admin, { sort: latestFirst, limit: 200 })).items;
  }, 60_000);
  afterAll(() => world.close());

  const filtersOf = (): Filter[] =>
    ['1000-01-01', '1000-01-02', '2000-01-01', '2025-06-02', '2026-12-01', '9999-12-31'].flatMap((dueBefore) => [
      { dueBefore },
      { dueBefore, projectId: world.project.id },
      { dueBefore, status: ['OPEN'] },
      { dueBefore, status: ['IN_PROGRESS', 'OPEN', 'OPEN', 'CLOSED'], projectId: world.foreign.id },
    ]);
  const wantedOf = (filter: Filter): Ticket[] => {
    const isWanted = compileFilter(filter);
    return all.filter((ticket) => isWanted(ticket) && (filter.projectId ?? ticket.projectId) === ticket.projectId);
  };

  it('comes in every order, page by page, whatever the moments and ids are', async () => {
    expect(all).toHaveLength(TICKETS);
    let found = 0;
    for (const filter of filtersOf())
      for (const sort of sorts) {
        const shown: string[] = [];
        // Of small pages, some end where the walk ends before them.
        const limit = filter.projectId || filter.status ? 13 : 3;
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page = await listTickets(world.db, world.admin, { ...filter, sort, limit, cursor });
          shown.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }

        const wanted = wantedOf(filter).toSorted(compareTickets(sort));
        expect(shown, JSON.stringify({ filter, sort })).toEqual(wanted.map(({ id }) => id));
        found += shown.length;
      }
    expect(found).toBeGreaterThan(3_000);
  });

  it('is the window of a live query, and of nobody who may see less of it', async () => {
    const filter = { dueBefore: '2026-12-01' };
    const [projectId, userId] = [world.project.id, world.customer.userId];
    await world.db.all(adHoc('UPDATE tickets SET reporter_id = $1 WHERE number % 4 = 0 AND project_id = $2'), [
      userId,
      projectId,
    ]);
    const own = wantedOf(filter).filter((ticket) => ticket.projectId === projectId && ticket.number % 4 === 0);
    for (const sort of sorts) {
      const asked = { projects: [projectId], filter, sort, rows: 13 };
      const staff = await queryReader(world.db).window({
        ...asked,
        scope: { staffOf: [projectId], customerOf: [] },
        customerId: null,
      });
      const customer = await listTickets(world.db, world.customer, { ...filter, sort, limit: 200 });

      const wanted = wantedOf({ ...filter, projectId }).toSorted(compareTickets(sort));
      expect(staff.rows.map(({ id }) => id)).toEqual(wanted.slice(0, 13).map(({ id }) => id));
      expect(staff.counts.total).toBe(wanted.length);
      expect(customer.items.map(({ id }) => id)).toEqual(own.toSorted(compareTickets(sort)).map(({ id }) => id));
    }
    expect(own.length).toBeGreaterThan(5);
  });
});
