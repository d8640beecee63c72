import { afterAll, beforeAll, expect, it } from 'vitest';
import { categories, priorities, ticketStatuses } from '../../contract/ticket.js';
import { cast, castProjects, demoPassword } from '../../seeders/demo/cast.js';
import { seedDemoTickets } from '../../seeders/demo/seedDemoTickets.js';
import { seedPeople } from '../../seeders/demo/seedPeople.js';
import { digestOf } from '../../server/db/digest.js';
import { createMigrator, seedersSource } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import type { Deps } from '../../server/features/deps.js';
import { login } from '../../server/features/auth/commands/login.js';
import { findViolations } from '../support/invariants.js';
import { here } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

const MINUTE = 60_000;

async function seedAll(deps: Deps, seed = 1): Promise<[string[], boolean, boolean]> {
  const departments = await createMigrator(deps.db, undefined, seedersSource).up();
  return [departments, await seedPeople(deps), await seedDemoTickets(deps, seed)];
}

/** What a person sees of the tickets, without the ids. */
const story = ({ db }: Deps) =>
  db.all(
    adHoc(`SELECT t.key, t.title, t.description, t.type, t.status, t.priority, t.category, t.story_points, t.version, t.last_seq,
        t.created_at, t.updated_at, t.due_sort, r.email AS reporter, a.email AS assignee, d.name AS department, s.name AS skill,
        (SELECT count(*) FROM comments c WHERE c.ticket_id = t.id) AS comments
      FROM tickets t JOIN users r ON r.id = t.reporter_id LEFT JOIN users a ON a.id = t.assignee_id
      LEFT JOIN departments d ON d.id = t.department_id LEFT JOIN skills s ON s.id = t.required_skill_id ORDER BY t.key`),
    [],
  );

describeEachDialect('the demo', (dialect) => {
  let world: World;
  let first: [string[], boolean, boolean];
  beforeAll(async () => {
    world = await aWorld(dialect);
    first = await seedAll(world.deps, 7);
  }, 2 * MINUTE);
  afterAll(() => world.close());

  it('has tickets of every category, priority and status, and breaks no rule', async () => {
    const kinds = await world.db.all(
      adHoc('SELECT DISTINCT category, priority, status FROM tickets WHERE deleted_at IS NULL'),
      [],
    );
    const projects = await world.db.all<{ key: string }>(adHoc('SELECT key FROM projects ORDER BY key'), []);

    expect(kinds).toHaveLength(categories.length * priorities.length * ticketStatuses.length);
    expect(projects.map(({ key }) => key)).toEqual(castProjects.map(({ key }) => key).toSorted());
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('lets exactly five people in with the published password, all marked as a demo’s', async () => {
    const { deps, db } = world;
    const open = cast.filter(({ hasDemoPassword }) => hasDemoPassword).map(({ email }) => email);
    const closed = cast.find(({ hasDemoPassword }) => !hasDemoPassword)?.email ?? '';

    const replies = await Promise.all(open.map((email) => login(deps, here, { email, password: demoPassword })));
    const rows = await db.all(adHoc('SELECT id FROM users WHERE is_demo = $1'), [true]);

    expect(open).toEqual(['admin', 'lead', 'agent', 'agent2', 'customer'].map((name) => `${name}@company.com`));
    expect(replies.map(({ user }) => user.isDemo)).toEqual(open.map(() => true));
    expect(rows).toHaveLength(cast.length);
    await expect(login(deps, here, { email: closed, password: demoPassword })).rejects.toThrow();
  });

  it('changes nothing when it is seeded again', async () => {
    const before = await digestOf(world.db.sequelize);

    expect(first).toEqual([['20261122T1000-default-departments'], true, true]);
    expect(await seedAll(world.deps, 7)).toEqual([[], false, false]);

    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('is there whole or not at all, and the same from the same seed', { timeout: 3 * MINUTE }, async () => {
    const other = await aWorld(dialect);
    await createMigrator(other.db, undefined, seedersSource).up();
    await seedPeople(other.deps);
    const before = await digestOf(other.db.sequelize);

    await expect(seedDemoTickets(failingAfter(other.deps, 500), 7)).rejects.toThrow('cut short');
    expect(await digestOf(other.db.sequelize)).toEqual(before);
    expect(await seedDemoTickets(other.deps, 7)).toBe(true);

    expect(await story(other.deps)).toEqual(await story(world.deps));
    await other.close();
  });
});

/** The nth statement of its transactions fails. */
function failingAfter(deps: Deps, statements: number): Deps {
  let left = statements;
  const begin: Deps['db']['begin'] = async (options) => {
    const open = await deps.db.begin(options);
    const lend = open.lend.bind(open);
    const lendUntil: typeof lend = async (asked) => {
      const isLast = left > 0 && left <= asked.length;
      left -= asked.length;
      if (!isLast) return lend(asked);
      for (const { reject } of asked) reject(new Error('cut short'));
    };
    return Object.assign(open, { lend: lendUntil });
  };
  return { ...deps, db: { ...deps.db, begin } };
}
