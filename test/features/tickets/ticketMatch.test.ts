import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateSlaPolicyInput } from '../../../contract/sla.js';
import { slaStateOf } from '../../../contract/slaState.js';
import { slaKinds, slaStates } from '../../../contract/enums.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { TicketSort } from '../../../contract/ticketInputs.js';
import { compareTickets } from '../../../contract/ticketOrder.js';
import { randomFrom } from '../../../seeders/support/random.js';
import type { TicketFilter } from '../../../contract/ticketFilter.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { queryReader, type TicketWindow } from '../../../server/features/tickets/ticketWindow.queries.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import { sweepSla } from '../../../server/features/sla/sweepSla.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import {
  choicesOf,
  randomDraft,
  randomFilter,
  randomSort,
  randomTags,
  type Choices,
} from '../../realtime/queries/randomTickets.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, type TicketWorld } from '../../support/ticketWorld.js';

const waitingOn = 'CUSTOMER' as const;
const MINUTE = 60_000;
const TICKETS = 150;
const FILTERS = 400;
const byUpdate: TicketSort = { by: 'updatedAt', dir: 'asc' };

describeEachDialect('a filter as a function', (dialect) => {
  const random = randomFrom(20261126);
  let world: TicketWorld;
  let choices: Choices;
  let tickets: readonly Ticket[];
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    choices = await choicesOf(world);
    // Many are made in the same millisecond, so that ids decide.
    const start = Date.now();
    for (let nth = 0; nth < TICKETS; nth++) {
      const at = new Date(start + 1_000 * random.below(20));
      const deps = { ...world.deps, clock: { now: () => at } };
      if (nth === TICKETS / 5) await promiseAll();
      const draft = { ...randomDraft(random, choices, world.project.id), ...(random.chance(0.2) && { waitingOn }) };
      const { id } = await createTicket(deps, world.ann, draft);
      if (random.chance(0.5)) await tagTicket(deps, world.ann, { ticketId: id, tags: randomTags(random) });
      if (random.chance(0.1)) await deleteTicket(deps, world.ann, { ticketId: id });
    }
    // Of the shorter promise some are late, of the longer one some are warned of.
    await sweepSla({ ...world.deps, clock: { now: () => new Date(start + 50 * MINUTE) } });
    tickets = (await list({}, byUpdate)).rows;
  });
  afterAll(() => world.close());

  async function promiseAll(): Promise<void> {
    const minutes = { URGENT: 40, HIGH: 60, MEDIUM: 600 } as const;
    for (const [priority, resolveMinutes] of Object.entries(minutes)) {
      const given = { projectId: world.project.id, name: priority, calendar: { timeZone: 'UTC' } };
      const draft = { ...given, priorities: [priority], resolveMinutes, firstResponseMinutes: 20 };
      await createSlaPolicy(world.deps, world.lead, CreateSlaPolicyInput.parse(draft));
    }
  }
  const list = (filter: TicketFilter, sort: TicketSort): Promise<TicketWindow> => {
    const scope = { staffOf: [world.project.id], customerOf: [] };
    return queryReader(world.db).window({
      scope,
      customerId: null,
      projects: [world.project.id],
      filter,
      sort,
      rows: 1_000,
    });
  };

  it('lets through the tickets that SQL finds, in its order, and counts them alike', async () => {
    const moments = tickets.map(({ updatedAt }) => updatedAt);
    let found = 0;
    for (let nth = 0; nth < FILTERS; nth++) {
      const [filter, sort] = [randomFilter(random, choices, moments), randomSort(random)];
      const { rows, counts } = await list(filter, sort);

      const expected = tickets.filter(compileFilter(filter)).toSorted(compareTickets(sort));

      expect(expected, JSON.stringify({ filter, sort })).toEqual(rows);
      expect(counts.total).toBe(rows.length);
      for (const { status } of rows.slice(0, 1))
        expect(counts.byStatus[status]).toBe(rows.filter((row) => row.status === status).length);
      found += rows.length;
    }
    // Filters that find nothing would prove nothing.
    expect(found).toBeGreaterThan(5 * FILTERS);
  });

  it('was asked of promises in every state', () => {
    const clocks = tickets.flatMap(({ sla }) => slaKinds.flatMap((kind) => sla?.[kind] ?? []));
    const counts = slaStates.map((state) => clocks.filter((clock) => slaStateOf(clock) === state).length);

    expect(Math.min(...counts), counts.join()).toBeGreaterThan(2);
    expect(tickets.some(({ sla }) => sla === null)).toBe(true);
  });

  it('knows deleted tickets as gone, whatever else they are', () => {
    const [ticket] = tickets;
    const deleted = { ...ticket!, deletedAt: ticket!.updatedAt };

    expect([ticket!, deleted].map(compileFilter({}))).toEqual([true, false]);
  });
});
