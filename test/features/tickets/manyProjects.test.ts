import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ticket } from '../../../contract/ticket.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { compareTickets, latestFirst } from '../../../contract/ticketOrder.js';
import { rebuildSearch } from '../../../server/db/rebuildSearch.js';
import { adHoc } from '../../../server/db/statement.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { readWindow } from '../../../server/features/tickets/ticketWindow.queries.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { sorts } from '../../bench/reads/readCases.js';
import { aSeededWorld } from '../../support/seededWorld.js';
import { describeEachDialect } from '../../support/services.js';
import type { World } from '../../support/world.js';

type Filter = Omit<ListTicketsInput, 'sort' | 'limit' | 'cursor'>;

// More than a list is taken apart into.
const PROJECTS = 90;
const TICKETS = 2_000;
const LIMIT = 40;
const at = "'2026-11-01 00:00:00.000 +00:00'";

describeEachDialect('lists over many projects', (dialect) => {
  let world: World;
  let all: readonly Ticket[];
  const actors = {} as Record<'admin' | 'agent' | 'customer' | 'both', Actor>;
  const rolesOf = new Map<string, ReadonlyMap<string, string>>();

  beforeAll(async () => {
    world = await aSeededWorld(dialect, TICKETS, 11);
    const run = (sql: string) => world.db.all(adHoc(sql), []);
    const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PROJECTS})`;
    await run(`INSERT INTO projects (id, key, name, owner_id, created_at, updated_at) ${numbers}
      SELECT 'many ' || i, 'MANY' || i, 'Many', (SELECT min(id) FROM users), ${at}, ${at} FROM n`);
    await run(`INSERT INTO project_counters (project_id) ${numbers} SELECT 'many ' || i FROM n`);
    // The first has most of them, and several none.
    const spread = `SELECT id, row_number() OVER (ORDER BY id) AS nth FROM tickets`;
    await run(`UPDATE tickets SET number = 100000 + s.nth, project_id = 'many ' ||
        CASE WHEN s.nth % 3 = 0 THEN 1 ELSE 1 + s.nth % ${PROJECTS - 7} END FROM (${spread}) s WHERE s.id = tickets.id`);
    await rebuildSearch(world.db.all, world.db.dialect);
    all = await whole();
    const reporterId = most((ticket) => ticket.reporterId);
    const roles: Record<Exclude<keyof typeof actors, 'admin'>, (nth: number) => string | null> = {
      agent: (nth) => (nth % 3 === 1 ? 'MEMBER' : null),
      customer: () => 'CUSTOMER',
      both: (nth) => (nth % 2 === 0 ? 'CUSTOMER' : 'MEMBER'),
    };
    actors.admin = world.admin;
    for (const [name, roleIn] of Object.entries(roles)) {
      // The customer and who is one in some projects are the same person: each joins when it is their turn.
      const userId = name === 'agent' ? most((ticket) => ticket.assigneeId) : reporterId;
      const role = name === 'customer' ? ('CUSTOMER' as const) : ('AGENT' as const);
      actors[name as keyof typeof roles] = { userId, name, role, sessionId: null, mayWrite: true };
      const known = Array.from({ length: PROJECTS }, (_, index) => [`many ${index + 1}`, roleIn(index + 1)] as const);
      rolesOf.set(name, new Map(known.flatMap(([id, as]) => (as === null ? [] : [[id, as]]))));
    }
  }, 120_000);
  afterAll(() => world.close());

  async function whole(): Promise<Ticket[]> {
    const found: Ticket[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listTickets(world.db, world.admin, { sort: latestFirst, limit: 200, cursor });
      found.push(...page.items);
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }
  function most(of: (ticket: Ticket) => string | null): string {
    const counted = new Map<string, number>();
    for (const value of all.map(of)) if (value !== null) counted.set(value, (counted.get(value) ?? 0) + 1);
    return [...counted].toSorted((a, b) => b[1] - a[1])[0]![0];
  }
  /** Makes somebody what they are in each of the projects, and nothing elsewhere. */
  async function join(name: keyof typeof actors): Promise<void> {
    const { userId } = actors[name];
    await world.db.all(adHoc('DELETE FROM project_members WHERE user_id = $1'), [userId]);
    for (const [projectId, role] of rolesOf.get(name) ?? [])
      await world.db.all(
        adHoc(
          `INSERT INTO project_members (id, project_id, user_id, role, created_at, updated_at) VALUES ($1, $2, $3, $4, ${at}, ${at})`,
        ),
        [`${name} ${projectId}`, projectId, userId, role],
      );
  }
  const seenBy = (name: keyof typeof actors) => {
    const roles = rolesOf.get(name);
    const { userId } = actors[name];
    return all.filter(({ projectId, reporterId }) => {
      const role = roles === undefined ? 'MEMBER' : roles.get(projectId);
      return role !== undefined && (role !== 'CUSTOMER' || reporterId === userId);
    });
  };

  it.each(['admin', 'agent', 'customer', 'both'] as const)(
    'show what %s may see, in order, page by page',
    async (name) => {
      await join(name);
      const seen = seenBy(name);
      const filters: Filter[] = [
        {},
        { status: ['OPEN', 'CLOSED'] },
        { priority: ['LOW', 'HIGH'], category: ['TECHNICAL', 'BILLING'] },
        { assigneeId: most((ticket) => ticket.assigneeId) },
        { unassigned: true, text: 'the' },
      ];
      let found = 0;
      // Of two a page is mostly the first of two projects, and nothing else.
      for (const [filter, limit] of filters.flatMap((one) => [[one, LIMIT] as const, [one, 2] as const]))
        for (const sort of sorts) {
          const expected = seen
            .filter(compileFilter(filter))
            .toSorted(compareTickets(sort))
            .slice(0, 2 * limit);
          const first = await listTickets(world.db, actors[name], { ...filter, sort, limit });
          const second = first.nextCursor
            ? await listTickets(world.db, actors[name], { ...filter, sort, limit, cursor: first.nextCursor })
            : { items: [] };

          const keys = [...first.items, ...second.items].map(({ key }) => key);
          expect(keys, JSON.stringify({ filter, sort, limit })).toEqual(expected.map(({ key }) => key));
          found += expected.length;
        }
      expect(found).toBeGreaterThan(filters.length * sorts.length * 10);
    },
  );

  it('are the windows of live queries over them', async () => {
    const projects = Array.from({ length: PROJECTS }, (_, index) => `many ${index + 1}`);
    for (const sort of sorts) {
      const { rows } = await readWindow(world.db, {
        scope: { staffOf: projects, customerOf: [] },
        customerId: null,
        projects,
        filter: { priority: ['LOW', 'HIGH'] },
        sort,
        rows: LIMIT,
      });
      const expected = all.filter(compileFilter({ priority: ['LOW', 'HIGH'] })).toSorted(compareTickets(sort));

      expect(rows.map(({ key }) => key)).toEqual(expected.slice(0, LIMIT).map(({ key }) => key));
    }
  });
});
