import { afterAll, beforeAll, expect, it } from 'vitest';
import { ticketStatuses, type Ticket } from '../../../contract/ticket.js';
import type { ListTicketsInput, TicketSort } from '../../../contract/ticketInputs.js';
import { priorities } from '../../../contract/enums.js';
import { compareTickets, latestFirst } from '../../../contract/ticketOrder.js';
import { parseSearch } from '../../../server/db/searchIndex.js';
import { commonness } from '../../../server/db/searchSql.js';
import { adHoc } from '../../../server/db/statement.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { fewTickets } from '../../../server/features/tickets/fewTickets.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { ticketCounts } from '../../../server/features/tickets/ticketCounts.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { queryReader } from '../../../server/features/tickets/ticketWindow.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { addMarks } from '../../bench/reads/addMarks.js';
import { sorts } from '../../bench/reads/readCases.js';
import { plansOf } from '../../support/plansOf.js';
import { aSeededWorld } from '../../support/seededWorld.js';
import { describeEachDialect } from '../../support/services.js';
import type { World } from '../../support/world.js';

// So many that what one in three has is met by walking through a list, and what one in fifty has is fetched.
const TICKETS = 8_000;
const marks = { tags: { half: 2, rare: 50 }, fields: { often: 3, seldom: 50 } };
const LIMIT = 100;

type Filter = Omit<ListTicketsInput, 'sort' | 'limit' | 'cursor'>;

describeEachDialect('lists of few among many', (dialect) => {
  let world: World;
  let all: readonly Ticket[];
  let projectId: string;
  beforeAll(async () => {
    world = await aSeededWorld(dialect, TICKETS, 7);
    await addMarks(world.url, marks);
    const tags = `CASE WHEN number % 50 = 1 THEN '["half", "rare"]' ELSE '["half"]' END`;
    await world.db.all(
      adHoc((d) => `UPDATE tickets SET tags = ${d.cast(tags, 'JSON')} WHERE number % 2 = 1`),
      [],
    );
    const change = (sql: string) => world.db.all(adHoc(sql), []);
    // Somebody who holds more than a few, and none in one of the projects.
    await change(`UPDATE tickets SET assignee_id = (SELECT min(assignee_id) FROM tickets) WHERE assignee_id IS NOT NULL
        AND project_id <> (SELECT project_id FROM project_counters ORDER BY ticket_no LIMIT 1)`);
    await change(`UPDATE tickets SET assignee_id = (SELECT max(assignee_id) FROM tickets) WHERE assignee_id IS NOT NULL
        AND project_id = (SELECT project_id FROM project_counters ORDER BY ticket_no LIMIT 1)`);
    // A customer with more than a few.
    await change(`UPDATE tickets SET reporter_id = (SELECT reporter_id FROM tickets GROUP BY reporter_id ORDER BY count(*) DESC, reporter_id LIMIT 1)
        WHERE number % 2 = 0`);
    // Few are no tickets, few ask for a feature, and few belong to one of the departments.
    await change("UPDATE tickets SET category = 'GENERAL' WHERE category = 'FEATURE_REQUEST' AND number % 8 <> 5");
    await change(
      `UPDATE tickets SET type = CASE WHEN number % 80 = 3 THEN 'TASK' ELSE 'DISCREPANCY' END WHERE number % 40 = 3`,
    );
    await change(`UPDATE tickets SET department_id = CASE WHEN number % 30 = 7 THEN (SELECT max(id) FROM departments) ELSE (SELECT min(id) FROM departments) END
        WHERE number % 30 <> 8`);
    for (const [dimension, column] of [
      ['ASSIGNEE', 'assignee_id'],
      ['DEPARTMENT', 'department_id'],
      ['CATEGORY', 'category'],
    ])
      await recount(dimension!, column!);
    all = await whole(world.admin, {});
    projectId = most((ticket) => ticket.projectId);
  }, 120_000);
  afterAll(() => world.close());

  /** What was written past the program is not counted. */
  async function recount(dimension: string, column: string): Promise<void> {
    const n = (status: string) => `sum(CASE WHEN status = '${status}' THEN 1 ELSE 0 END)`;
    await world.db.all(adHoc(`DELETE FROM ticket_stats WHERE dimension = '${dimension}'`), []);
    await world.db.all(
      adHoc(`INSERT INTO ticket_stats (project_id, dimension, value, n_open, n_in_progress, n_review, n_resolved, n_closed)
        SELECT project_id, '${dimension}', ${column}, ${ticketStatuses.map(n).join(', ')} FROM tickets
        WHERE ${column} IS NOT NULL AND deleted_at IS NULL GROUP BY project_id, ${column}`),
      [],
    );
  }

  /** Page by page, up to so many. */
  async function whole(actor: Actor, filter: Filter, { sort = latestFirst, limit = 200, most = TICKETS } = {}) {
    const found: Ticket[] = [];
    for (let cursor: string | null | undefined; cursor !== null && found.length < most;) {
      const page = await listTickets(world.db, actor, { ...filter, sort, limit, cursor });
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found;
  }

  const sizes = (of: (ticket: Ticket) => string | null): [string, number][] => {
    const counted = new Map<string, number>();
    for (const ticket of all) {
      const value = of(ticket);
      if (value !== null) counted.set(value, (counted.get(value) ?? 0) + 1);
    }
    return [...counted].toSorted((a, b) => b[1] - a[1]);
  };
  const most = (of: (ticket: Ticket) => string | null): string => sizes(of)[0]![0];
  const least = (of: (ticket: Ticket) => string | null): string => sizes(of).at(-1)![0];

  const isFew = async (
    filter: Filter,
    projects: readonly string[] = [...new Set(all.map((ticket) => ticket.projectId))],
  ) =>
    (await fewTickets(world.db.all, world.db.dialect, { filter, sort: latestFirst, projects, reporterId: null })) !==
    null;

  /** The first of those that are wanted, in their order. */
  function expectFirst(
    shown: readonly Ticket[],
    wanted: readonly Ticket[],
    asked: { readonly filter: Filter; readonly sort: TicketSort },
  ): void {
    const first = wanted.toSorted(compareTickets(asked.sort)).slice(0, LIMIT);
    expect(
      shown.map(({ key }) => key),
      JSON.stringify(asked),
    ).toEqual(first.map(({ key }) => key));
  }

  it('are fetched where few are left, and walked through where many are', async () => {
    expect(
      await Promise.all(
        [{ tag: 'half' }, { tag: 'rare' }, { tag: 'half', customFields: { seldom: 'yes' } }].map((one) => isFew(one)),
      ),
    ).toEqual([false, true, true]);
    expect(
      await Promise.all(
        [
          { customFields: { often: 'yes' } },
          { assigneeId: least((ticket) => ticket.assigneeId) },
          { assigneeId: most((ticket) => ticket.assigneeId) },
        ].map((one) => isFew(one)),
      ),
    ).toEqual([false, true, false]);
    // Thousands elsewhere are nothing to a project that has few.
    const small = [least((ticket) => ticket.projectId)];
    const often = { customFields: { often: 'yes' } };
    expect(await Promise.all([isFew({ tag: 'half' }, small), isFew(often, small)])).toEqual([true, true]);
    const ofDepartment = (pick: typeof most) => ({ departmentId: pick((ticket) => ticket.departmentId) });
    expect(await Promise.all([ofDepartment(most), ofDepartment(least)].map((one) => isFew(one)))).toEqual([
      false,
      true,
    ]);
    // Those in other statuses would be fetched with them.
    expect(await isFew({ ...ofDepartment(most), status: ['REVIEW'] })).toBe(false);
    const types = ['TICKET', 'TASK', 'DISCREPANCY'] as const;
    const ofTypes = [[types[0]], [types[1]], [types[1], types[2]], [types[0], types[1]]].map((type) => ({ type }));
    expect(await Promise.all(ofTypes.map((one) => isFew(one)))).toEqual([false, true, true, false]);
    expect(
      await Promise.all([{ priority: [...priorities] }, { priority: ['URGENT' as const] }].map((one) => isFew(one))),
    ).toEqual([false, true]);
    const ofCategory = await isFew({ category: ['FEATURE_REQUEST'] });
    expect([ofCategory, await isFew({ category: ['BILLING', 'GENERAL', 'FEATURE_REQUEST'] })]).toEqual([true, false]);
    const search = { terms: parseSearch('the'), projectIds: [...new Set(all.map((ticket) => ticket.projectId))] };
    expect(await commonness(world.db.all, world.db.dialect, search)).toBe('many');
  });

  it('show the tickets that the filter lets through, in order, page by page', { timeout: 120_000 }, async () => {
    const middle = all[all.length >> 1]!.updatedAt;
    const filters: Filter[] = [
      { tag: 'half' },
      { tag: 'rare' },
      { tag: 'rare', priority: ['HIGH', 'LOW'], status: ['OPEN', 'RESOLVED'] },
      { tag: 'rare', customFields: { often: 'yes' } },
      { tag: 'nobody has it' },
      { customFields: { often: 'yes' } },
      { customFields: { seldom: 'yes' }, priority: ['LOW', 'URGENT'] },
      { customFields: { seldom: true } },
      { assigneeId: most((ticket) => ticket.assigneeId) },
      { assigneeId: least((ticket) => ticket.assigneeId), status: ['OPEN', 'CLOSED'] },
      { assigneeId: most((ticket) => ticket.assigneeId), status: ['CLOSED'] },
      { reporterId: least((ticket) => ticket.reporterId), tag: 'half' },
      { requiredSkill: least((ticket) => ticket.requiredSkillId) },
      { priority: ['HIGH'], category: ['BILLING'] },
      { priority: ['LOW', 'URGENT'], status: ['OPEN', 'REVIEW'] },
      { dueBefore: '2025-06-01' },
      { dueBefore: '2025-12-31', unassigned: true },
      { dueBefore: '2025-12-31', unassigned: true, status: ['OPEN', 'CLOSED', 'OPEN'] },
      { dueBefore: '2025-12-31', priority: ['HIGH', 'MEDIUM', 'LOW'], category: ['BILLING', 'TECHNICAL'] },
      { updatedAfter: middle, type: ['TICKET'] },
      { category: ['FEATURE_REQUEST'] },
      { category: ['FEATURE_REQUEST', 'BILLING'], status: ['OPEN', 'REVIEW'] },
      { type: ['TASK'] },
      { type: ['TASK', 'DISCREPANCY'], status: ['OPEN', 'CLOSED'] },
      { type: ['TICKET', 'TASK'] },
      { departmentId: most((ticket) => ticket.departmentId) },
      { departmentId: least((ticket) => ticket.departmentId) },
      { priority: ['URGENT'] },
      { text: 'the' },
      { text: 'the invoice', status: ['OPEN', 'CLOSED'] },
      { text: 'the', tag: 'rare' },
      { text: 'invoice', requiredSkill: least((ticket) => ticket.requiredSkillId), priority: ['LOW', 'HIGH'] },
    ];
    let found = 0;
    for (const filter of filters.flatMap((one) => [one, { ...one, projectId }])) {
      const isWanted = compileFilter(filter);
      const wanted = all.filter(
        (ticket) => isWanted(ticket) && (filter.projectId ?? ticket.projectId) === ticket.projectId,
      );
      for (const sort of sorts) {
        // What is due is walked through, and looked for in blocks where the walk ends: small pages end it again and again.
        const pages =
          filter.dueBefore && filter.unassigned ? { limit: 17, most: 600 } : { limit: LIMIT, most: 2 * LIMIT };
        const expected = wanted.toSorted(compareTickets(sort)).slice(0, pages.most);
        const shown = await whole(world.admin, filter, { sort, ...pages });

        expect(
          shown.slice(0, pages.most).map(({ key }) => key),
          JSON.stringify({ filter, sort }),
        ).toEqual(expected.map(({ key }) => key));
        found += expected.length;
      }
    }
    expect(found).toBeGreaterThan(filters.length * sorts.length * LIMIT);
  });

  it('are the windows of live queries, and count what they hold', async () => {
    const filters: Filter[] = [{ text: 'the' }, { text: 'invoice' }, { text: 'the', tag: 'rare' }, { tag: 'rare' }];
    const scope = { staffOf: [projectId], customerOf: [] };
    for (const filter of filters)
      for (const sort of sorts) {
        const asked = { scope, customerId: null, projects: [projectId], filter, sort, rows: LIMIT };
        const { rows, counts } = await queryReader(world.db).window(asked);
        const wanted = all.filter((ticket) => ticket.projectId === projectId && compileFilter(filter)(ticket));

        expect(counts.total).toBe(wanted.length);
        expectFirst(rows, wanted, { filter, sort });
      }
  });

  it('show a customer their own alone, and count them', async () => {
    const reporterId = most((ticket) => (ticket.projectId === projectId ? ticket.reporterId : null));
    const customer: Actor = { userId: reporterId, name: 'Customer', role: 'CUSTOMER', sessionId: null, mayWrite: true };
    const own = all.filter((ticket) => ticket.reporterId === reporterId && ticket.projectId === projectId);

    const listed = await whole(customer, { projectId });
    const { total, byStatus } = await ticketCounts(world.db, customer, projectId);

    expect(listed.map(({ key }) => key)).toEqual(own.map(({ key }) => key));
    expect([total, byStatus.CLOSED]).toEqual([own.length, own.filter(({ status }) => status === 'CLOSED').length]);
  });

  it('show a customer with more than a few what the filter lets through of their own, over all their projects', async () => {
    const userId = most((ticket) => ticket.reporterId);
    const customer: Actor = { userId, name: 'Customer', role: 'CUSTOMER', sessionId: null, mayWrite: true };
    const rows = await world.db.all<{ id: string }>(
      adHoc('SELECT project_id AS id FROM project_members WHERE user_id = $1'),
      [userId],
    );
    const projects = new Set(rows.map(({ id }) => id));
    const own = all.filter((ticket) => ticket.reporterId === userId && projects.has(ticket.projectId));
    expect(await isFew({ reporterId: userId })).toBe(false);
    expect(new Set(own.map((ticket) => ticket.projectId)).size).toBeGreaterThan(1);

    for (const filter of [{}, { projectId }, { status: ['OPEN', 'RESOLVED'] }, { priority: ['LOW'] }] as Filter[])
      for (const sort of sorts) {
        const isWanted = compileFilter(filter);
        const wanted = own.filter(
          (ticket) => isWanted(ticket) && (filter.projectId ?? ticket.projectId) === ticket.projectId,
        );
        const { items } = await listTickets(world.db, customer, { ...filter, sort, limit: LIMIT });

        expectFirst(items, wanted, { filter, sort });
      }
  });

  it('find a ticket by its fields as they are now', async () => {
    const keys = async (value: string) =>
      (await whole(world.admin, { projectId, customFields: { seldom: value } })).map(({ key }) => key);
    const before = await keys('yes');
    const [ticketId] = all.filter(({ key }) => key === before[0]).map(({ id }) => id);
    await world.db.all(
      adHoc(`INSERT INTO custom_fields (id, project_id, key, label, kind, options, required, active, position, created_at, updated_at)
        SELECT 'f', '${projectId}', 'seldom', 'Seldom', 'TEXT', '[]', false, true, 1, created_at, created_at FROM projects WHERE id = '${projectId}'`),
      [],
    );
    const long = 'x'.repeat(300);

    await updateTicket(world.deps, world.admin, {
      ticketId: ticketId!,
      patch: { customFields: { seldom: `${long}1` } },
    });
    expect([await keys('yes'), await keys(`${long}1`), await keys(`${long}2`)]).toEqual([
      before.slice(1),
      [before[0]],
      [],
    ]);

    await updateTicket(world.deps, world.admin, { ticketId: ticketId!, patch: { customFields: { seldom: null } } });
    expect([await keys('yes'), await keys(`${long}1`)]).toEqual([before.slice(1), []]);
  });

  /** What lists ask the database, and how it says that it goes about it. */
  const listPlans = (filters: readonly Filter[], explain: string): Promise<string[][]> =>
    plansOf(world.db, explain, async (heard) => {
      for (const filter of filters)
        for (const sort of sorts) await listTickets(heard, world.admin, { ...filter, sort, limit: LIMIT });
    });
  async function plansOnSqlite(filters: readonly Filter[]): Promise<string[][]> {
    for (const forget of ['DELETE FROM sqlite_stat1', 'ANALYZE sqlite_schema']) await world.db.all(adHoc(forget), []);
    return listPlans(filters, 'EXPLAIN QUERY PLAN');
  }

  // PostgreSQL's choice hangs on how many rows there are; SQLite's does not until it is told of them.
  if (dialect === 'sqlite') {
    it('go through no table, and look for who works on a ticket by the ticket', async () => {
      const plans = await plansOnSqlite([
        { projectId },
        { status: ['OPEN'] },
        { projectId, assigneeId: least((ticket) => ticket.assigneeId) },
        { requiredSkill: least((ticket) => ticket.requiredSkillId) },
        { projectId, type: ['TASK'] },
        { projectId, category: ['FEATURE_REQUEST'] },
        { departmentId: least((ticket) => ticket.departmentId) },
        { projectId, priority: ['URGENT'] },
        { tag: 'rare' },
        { customFields: { seldom: 'yes' } },
        { projectId, text: 'invoice' },
      ]);
      const steps = [...new Set(plans.flat())];

      expect(steps.filter((step) => step.startsWith('SEARCH a '))).toEqual([
        'SEARCH a USING INDEX assignments_ticket (ticket_id=?)',
      ]);
      expect(steps.filter((step) => /^SCAN [tahusv]\b/.test(step))).toEqual([]);
    });

    it('walk along indexes, sort no more than a page, and look for words once', async () => {
      const plans = await plansOnSqlite([
        {},
        { projectId },
        { projectId, category: ['BILLING', 'TECHNICAL', 'GENERAL'] },
        { assigneeId: most((ticket) => ticket.assigneeId) },
        { tag: 'half' },
        { projectId, text: 'the' },
      ]);
      const walks = plans.filter((steps) => steps.some((step) => step.startsWith('SEARCH t USING INDEX tickets_')));
      const times = (steps: readonly string[], start: string) => steps.filter((step) => step.startsWith(start)).length;

      expect(walks).toHaveLength(6 * sorts.length);
      expect(walks.map((steps) => times(steps, 'USE TEMP B-TREE FOR ORDER BY'))).toEqual(walks.map(() => 1));
      expect(Math.max(...walks.map((steps) => times(steps, 'SCAN ticket_search_fts')))).toBe(1);
    });
  } else {
    it('look for what is due before a day in one block of another order after the other, by the index alone', async () => {
      await world.db.all(adHoc('ANALYZE tickets'), []);
      const plans = await listPlans([{ projectId, dueBefore: '2025-06-01' }], 'EXPLAIN (COSTS OFF)');
      const uses = (pattern: RegExp) => plans.filter((steps) => steps.some((step) => pattern.test(step))).length;

      expect(
        ['created', 'updated', 'priority'].map((order) =>
          uses(new RegExp(`Index Only Scan using tickets_due_${order} `)),
        ),
      ).toEqual([2, 2, 2]);
      expect(uses(/^ *->  Incremental Sort/)).toBe(6);

      const overdue = await listPlans([{ dueBefore: '2025-12-31', unassigned: true }], 'EXPLAIN (COSTS OFF)');
      const inBlocks = overdue.filter((steps) =>
        steps.some((step) => / using tickets_due_\w+ on tickets t/.test(step)),
      );
      expect(inBlocks).toHaveLength(6);
    });
  }
});
