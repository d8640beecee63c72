import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { categories, priorities, ticketSorts, ticketStatuses, ticketTypes } from '../../../contract/enums.js';
import type { Ticket } from '../../../contract/ticket.js';
import { CreateTicketInput, ListTicketsInput, type TicketSort } from '../../../contract/ticketInputs.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { ticketCounts } from '../../../server/features/tickets/ticketCounts.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { clockAt } from '../../../server/kernel/clock.js';
import { newId } from '../../../server/kernel/ids.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

type Filter = Partial<ListTicketsInput>;
const days = ['2026-12-01', '2026-12-24', '2027-06-30'];
const moments = [1, 2, 3].map((day) => new Date(`2026-11-0${day}T10:00:00.000Z`));

/** What a list must be, by plain means. */
function naiveList(tickets: readonly Ticket[], filter: Filter, sort: TicketSort): string[] {
  const any = <Value>(values: readonly Value[] | undefined, value: Value) => !values || values.includes(value);
  const kept = tickets.filter(
    (t) =>
      t.deletedAt === null &&
      any(filter.type, t.type) &&
      any(filter.status, t.status) &&
      any(filter.priority, t.priority) &&
      any(filter.category, t.category) &&
      (filter.projectId === undefined || t.projectId === filter.projectId) &&
      (filter.assigneeId === undefined || t.assigneeId === filter.assigneeId) &&
      (filter.unassigned === undefined || (t.assigneeId === null) === filter.unassigned) &&
      (filter.reporterId === undefined || t.reporterId === filter.reporterId) &&
      (filter.departmentId === undefined || t.departmentId === filter.departmentId) &&
      (filter.requiredSkill === undefined || t.requiredSkillId === filter.requiredSkill) &&
      (filter.dueBefore === undefined || (t.dueDate !== null && t.dueDate < filter.dueBefore)) &&
      (filter.updatedAfter === undefined || t.updatedAt > filter.updatedAfter),
  );
  const keys = {
    updatedAt: (t: Ticket) => t.updatedAt,
    createdAt: (t: Ticket) => t.createdAt,
    priority: (t: Ticket) => String(priorities.indexOf(t.priority)),
    dueDate: (t: Ticket) => t.dueDate ?? '9999-12-31',
  };
  const key = (t: Ticket) => `${keys[sort.by](t)} ${t.id}`;
  const ascending = kept.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ id }) => id);
  return sort.dir === 'asc' ? ascending : ascending.toReversed();
}

describeEachDialect('lists of tickets', (dialect) => {
  let world: TicketWorld;
  const made: Ticket[] = [];
  const [department, skill] = [newId(), newId()];
  const at = "'2026-11-01 00:00:00.000 +00:00'";

  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    await rows(
      world,
      `INSERT INTO departments (id, name, created_at, updated_at) VALUES ($1, 'D', ${at}, ${at})`,
      department,
    );
    await rows(world, `INSERT INTO skills (id, name, created_at, updated_at) VALUES ($1, 'S', ${at}, ${at})`, skill);
    const pick = <Value>(values: readonly Value[], n: number) => values[n % values.length]!;
    for (let n = 0; n < 70; n++) {
      const status = pick(ticketStatuses, n * 3 + (n >> 3));
      const own = n % 7 === 0;
      const input = parsed(CreateTicketInput, {
        title: `Ticket ${n}`,
        status,
        type: pick(ticketTypes, n),
        priority: pick(priorities, n >> 1),
        projectId: n % 6 === 5 ? world.foreign.id : world.project.id,
        category: pick(categories, n + (n >> 2)),
        ...(n % 3 && status !== 'CLOSED' ? { assigneeId: world.admin.userId } : {}),
        ...(n % 4 ? { dueDate: pick(days, n) } : {}),
        ...(n % 5 ? {} : { departmentId: department, requiredSkillId: skill, storyPoints: 3 }),
        ...(own && n % 6 !== 5 ? { reporterId: world.customer.userId } : {}),
      });
      const deps = { ...world.deps, clock: clockAt(pick(moments, n)) };
      const ticket = await createTicket(deps, world.admin, input);
      made.push(n % 11 === 10 ? await deleteTicket(deps, world.admin, { ticketId: ticket.id }) : ticket);
    }
  });
  afterAll(() => world.close());

  /** All pages of a list, read through its cursors. */
  async function listed(actor: Actor, filter: Filter, limit = 200): Promise<Ticket[]> {
    const found: Ticket[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listTickets(world.db, actor, parsed(ListTicketsInput, { ...filter, limit, cursor }));
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items);
      if (page.nextCursor === null) return found;
      expect(page.items).toHaveLength(limit);
      cursor = page.nextCursor;
    }
  }
  const ids = (tickets: readonly Ticket[]) => tickets.map(({ id }) => id);
  const visible = (actor: Actor) =>
    made.filter(({ projectId, reporterId }) => {
      if (actor.role === 'ADMIN') return true;
      return projectId === world.project.id && (actor.role === 'AGENT' || reporterId === actor.userId);
    });

  const orders = ticketSorts.flatMap((by) => (['asc', 'desc'] as const).map((dir) => ({ by, dir })));
  it.each(orders)('go by $by, $dir, through pages of every size', async (sort) => {
    for (const limit of [4, 200])
      for (const projectId of [undefined, world.project.id]) {
        const filter = { sort, projectId };
        expect(ids(await listed(world.admin, filter, limit))).toEqual(naiveList(visible(world.admin), filter, sort));
      }
  });

  it('hold what their filter says, for everybody what they may see', async () => {
    const some = <Value>(values: readonly Value[]) =>
      fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }), { nil: undefined });
    const maybe = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 1 });
    const filters = fc.record({
      status: some(ticketStatuses),
      priority: some(priorities),
      category: some(categories),
      type: some(ticketTypes),
      holder: maybe({ assigneeId: world.admin.userId }, { unassigned: true }, { unassigned: false }),
      projectId: maybe(world.project.id),
      reporterId: maybe(world.customer.userId),
      departmentId: maybe(department),
      dueBefore: maybe(...days),
      updatedAfter: maybe(...moments.map((moment) => moment.toISOString())),
      sort: fc.constantFrom(...orders),
    });
    const check = async (
      actor: Actor,
      { holder, sort, ...rest }: typeof filters extends fc.Arbitrary<infer Drawn> ? Drawn : never,
      limit: number,
    ) => {
      const filter = { ...rest, ...holder };
      expect(ids(await listed(actor, { ...filter, sort }, limit))).toEqual(naiveList(visible(actor), filter, sort));
    };
    const actors = fc.constantFrom<Actor>(world.admin, world.ann, world.customer);
    await fc.assert(fc.asyncProperty(actors, filters, fc.integer({ min: 3, max: 40 }), check), { numRuns: 60 });
  });

  it('can be narrowed to a skill by staff; to customers that would tell what they do not see', async () => {
    const filter = { requiredSkill: skill };
    const sort = { by: 'updatedAt', dir: 'desc' } as const;

    expect(ids(await listed(world.ann, filter))).toEqual(naiveList(visible(world.ann), filter, sort));
    expect(naiveList(visible(world.customer), filter, sort)).not.toEqual([]);
    expect(await listed(world.customer, filter)).toEqual([]);
  });

  it('stay whole while rows before the cursor change', async () => {
    const sort = { by: 'createdAt', dir: 'asc' } as const;
    const first = await listTickets(world.db, world.ann, parsed(ListTicketsInput, { sort, limit: 5 }));
    await rows(world, 'UPDATE tickets SET version = version + 1 WHERE id = $1', first.items[0]!.id);
    const next = { sort, limit: 200, cursor: first.nextCursor! };
    const second = await listTickets(world.db, world.ann, parsed(ListTicketsInput, next));

    expect(ids([...first.items, ...second.items])).toEqual(naiveList(visible(world.ann), {}, sort));
  });

  it('show nothing of a project one is not in, by any filter, and refuse it by name', async () => {
    const stranger: Actor = { ...world.ann, userId: newId() };

    expect(await listed(stranger, {})).toEqual([]);
    await refusal(world, 'NOT_FOUND', () => listed(world.ann, { projectId: world.foreign.id }));
    await refusal(world, 'NOT_FOUND', () => listed(world.ann, { projectId: newId() }));
  });

  it.each([
    'x',
    '',
    'W10',
    Buffer.from('["2026-11-01",1]').toString('base64url'),
    Buffer.from('["yesterday","x"]').toString('base64url'),
    Buffer.from('[null,"x"]').toString('base64url'),
  ])('refuse the cursor %j', async (cursor) => {
    const input = parsed(ListTicketsInput, { cursor });

    await refusal(world, 'BAD_INPUT', () => listTickets(world.db, world.ann, input));
  });

  it('refuse to be of nobody’s and of somebody’s tickets at once', async () => {
    const contradiction = { unassigned: true, assigneeId: world.ann.userId };

    await refusal(world, 'BAD_INPUT', () => listed(world.ann, contradiction));
  });

  it('agree with the counts, of the board for staff and of their own for customers', async () => {
    for (const actor of [world.admin, world.ann, world.customer]) {
      const seen = visible(actor).filter((t) => t.projectId === world.project.id && t.deletedAt === null);
      const counts = await ticketCounts(world.db, actor, world.project.id);

      for (const status of ticketStatuses)
        expect(counts.byStatus[status]).toBe(seen.filter((t) => t.status === status).length);
      const held = seen.filter(({ assigneeId }) => assigneeId !== null).length;
      expect(counts.total).toBe(seen.length);
      expect(counts.byAssignee.reduce((sum, { count }) => sum + count, 0)).toBe(held);
      expect(counts.unassigned).toBe(seen.filter((t) => t.status !== 'CLOSED').length - held);
    }
    await refusal(world, 'NOT_FOUND', () => ticketCounts(world.db, world.ann, world.foreign.id));
  });
});
