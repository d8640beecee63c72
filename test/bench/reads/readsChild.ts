import type { TicketSort } from '../../../contract/ticketInputs.js';
import { openDatabase, type Database } from '../../../server/db/database.js';
import { adHoc, statement, type Value } from '../../../server/db/statement.js';
import { dashboard } from '../../../server/features/stats/dashboard.queries.js';
import { ticketCounts } from '../../../server/features/tickets/ticketCounts.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { find } from '../../../server/features/search/search.queries.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { systemClock } from '../../../server/kernel/clock.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { answerCalls, exitOnSignal } from '../child.js';
import { percentile } from '../statistics.js';
import { filters, searches, sorts, type Known, type ReadCase } from './readCases.js';

/** Lists, searches, counts and dashboards of a database that is there, timed inside of the server's own code. */

exitOnSignal();

export interface ReadsOrder {
  readonly url: string;
  /** Of each case, after {@link WARM_UP} more. */
  readonly calls: number;
  readonly explain: boolean;
  /** Left out: all. */
  readonly groups?: readonly ReadCase['group'][];
}
export interface ReadCost {
  readonly group: ReadCase['group'];
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly statements: number;
  readonly rows: number;
  /** What the database made of it; the slowest statement. */
  readonly plan: readonly string[];
}

const WARM_UP = 5;
const LIMIT = 50;
/** What is slow is seen to be slow after a few calls. */
const CASE_MS = 1_500;
const FEWEST = 10;

async function reads({ url, calls, explain, groups }: ReadsOrder): Promise<ReadCost[]> {
  const db = openDatabase({
    url,
    poolSize: 2,
    ssl: false,
    prepared: true,
    guardsQueries: false,
    log: createLogger('silent'),
  });
  try {
    const heard = listening(db);
    const all = casesOf(heard.db, await lookAround(db));
    const cases = groups === undefined ? all : all.filter(({ group }) => groups.includes(group));
    const costs: ReadCost[] = [];
    for (const one of cases) costs.push(await measure(one, heard, { calls, explain }));
    return costs;
  } finally {
    await db.close();
  }
}

/** Who and what there is to ask for. */
async function lookAround(db: Database): Promise<Known> {
  const one = async (name: string, text: string): Promise<Record<string, string>> => {
    const [row] = await db.all<Record<string, string>>(statement(`bench.${name}`, text), []);
    return row ?? {};
  };
  const largest = await one(
    'project',
    'SELECT project_id AS id FROM project_counters ORDER BY ticket_no DESC, project_id LIMIT 1',
  );
  const projectId = largest['id'] ?? '';
  const top = (column: string, dir: 'DESC' | 'ASC') =>
    one(
      `${column}${dir}`,
      `SELECT ${column} AS id FROM tickets WHERE project_id = '${projectId}' AND ${column} IS NOT NULL
       GROUP BY ${column} ORDER BY count(*) ${dir}, ${column} LIMIT 1`,
    );
  const admin = await one('admin', "SELECT id FROM users WHERE role = 'ADMIN' ORDER BY id LIMIT 1");
  const customer = await one(
    'customer',
    `SELECT t.reporter_id AS id FROM tickets t JOIN project_members m ON m.project_id = t.project_id AND m.user_id = t.reporter_id
     WHERE m.role = 'CUSTOMER' AND t.project_id = '${projectId}' GROUP BY t.reporter_id ORDER BY count(*) DESC LIMIT 1`,
  );
  const actor = (id: string | undefined, role: Actor['role']): Actor => ({
    userId: id ?? '',
    name: 'Bench',
    role,
    sessionId: null,
    mayWrite: false,
  });
  return {
    projectId,
    staff: actor(admin['id'], 'ADMIN'),
    customer: actor(customer['id'], 'CUSTOMER'),
    assigneeId: (await top('assignee_id', 'ASC'))['id'] ?? '',
    reporterId: (await top('reporter_id', 'ASC'))['id'] ?? '',
    departmentId: (await top('department_id', 'ASC'))['id'] ?? '',
    skillId: (await top('required_skill_id', 'ASC'))['id'] ?? '',
    middle: (await one('middle', `SELECT CAST(max(updated_at) AS text) AS id FROM tickets`))['id'] ?? '',
  };
}

function casesOf(db: Database, known: Known): ReadCase[] {
  const lists = filters(known).flatMap(({ name, filter }) =>
    sorts.map((sort): ReadCase => listCase(db, known, `${name}, by ${sort.by} ${sort.dir}`, filter, sort)),
  );
  const found = searches.flatMap(({ name, text }): ReadCase[] => [
    {
      group: 'search',
      name,
      run: async () =>
        (await searchTickets(db, known.staff, { text, projectId: known.projectId, limit: LIMIT })).items.length,
    },
    {
      group: 'search',
      name: `${name}, all projects`,
      run: async () => (await searchTickets(db, known.staff, { text, limit: LIMIT })).items.length,
    },
    {
      group: 'search',
      name: `${name}, a customer`,
      run: async () => (await searchTickets(db, known.customer, { text, limit: LIMIT })).items.length,
    },
    {
      group: 'search',
      name: `${name}, of all kinds`,
      run: async () => (await find(db, known.staff, { text, limit: LIMIT })).items.length,
    },
  ]);
  return [
    ...lists,
    ...found,
    {
      group: 'counts',
      name: 'tickets.counts',
      run: async () => (await ticketCounts(db, known.staff, known.projectId)).byAssignee.length,
    },
    {
      group: 'counts',
      name: 'tickets.counts, a customer',
      run: async () => (await ticketCounts(db, known.customer, known.projectId)).byAssignee.length,
    },
    {
      group: 'counts',
      name: 'stats.dashboard',
      run: async () => (await dashboard({ db, clock: systemClock }, known.staff, { projectId: known.projectId })).open,
    },
    {
      group: 'counts',
      name: 'stats.dashboard, all projects',
      run: async () => (await dashboard({ db, clock: systemClock }, known.staff, {})).open,
    },
  ];
}

const listCase = (db: Database, known: Known, name: string, filter: object, sort: TicketSort): ReadCase => ({
  group: 'list',
  name,
  run: async () => (await listTickets(db, known.staff, { ...filter, sort, limit: LIMIT })).items.length,
});

interface Heard {
  readonly db: Database;
  asked: { text: string; values: readonly Value[]; ms: number }[];
}

/** The same database, and what it is asked. */
function listening(db: Database): Heard {
  const heard: Heard = { db, asked: [] };
  const all: Database['all'] = async (one, values) => {
    const begun = performance.now();
    const rows = await db.all(one, values);
    heard.asked.push({ text: one.text(db.dialect), values, ms: performance.now() - begun });
    return rows as never;
  };
  return Object.assign(heard, {
    db: new Proxy(db, { get: (of, key) => (key === 'all' ? all : Reflect.get(of, key)) }),
  });
}

async function measure(
  { group, name, run }: ReadCase,
  heard: Heard,
  { calls, explain }: Pick<ReadsOrder, 'calls' | 'explain'>,
): Promise<ReadCost> {
  let rows = 0;
  for (let call = 0; call < WARM_UP; call++) rows = await run();
  const times: number[] = [];
  const endsAt = performance.now() + CASE_MS;
  while (times.length < calls && (times.length < FEWEST || performance.now() < endsAt)) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  heard.asked = [];
  await run();
  const { asked } = heard;
  // Searches ask for plans themselves, which have none.
  const [slowest] = asked.filter(({ text }) => !text.startsWith('EXPLAIN')).toSorted((a, b) => b.ms - a.ms);
  const plan = explain && slowest ? await planOf(heard.db, slowest) : [];
  return {
    group,
    name,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    statements: asked.length,
    rows,
    plan,
  };
}

async function planOf(db: Database, { text, values }: { text: string; values: readonly Value[] }): Promise<string[]> {
  const ask =
    db.dialect.name === 'postgres' ? 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF)' : 'EXPLAIN QUERY PLAN';
  const rows = await db.all<Record<string, string | undefined>>(adHoc(`${ask} ${text}`), values);
  return rows.map((row) => row['QUERY PLAN'] ?? row['detail'] ?? '');
}

answerCalls({ reads });
