import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SlaClock } from '../../../contract/ticketSla.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { compareTickets, latestFirst } from '../../../contract/ticketOrder.js';
import { adHoc } from '../../../server/db/statement.js';
import type { Dialect } from '../../../server/db/dialect.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { queryReader } from '../../../server/features/tickets/ticketWindow.queries.js';
import { newId } from '../../../server/kernel/ids.js';
import { sorts } from '../../bench/reads/readCases.js';
import { plansOf } from '../../support/plansOf.js';
import { aSeededWorld } from '../../support/seededWorld.js';
import { describeEachDialect } from '../../support/services.js';
import type { World } from '../../support/world.js';

// So many that those that are closed and met all that was promised are walked through, and those that are open are fetched.
const TICKETS = 12_000;

const at = (month: string): string => `2026-${month}-01T00:00:00.000Z`;
const still = { pausedAt: null, stoppedAt: null, pausedMs: 0, warnedAt: null, breachedAt: null };
const running: SlaClock = { startedAt: at('01'), warnAt: at('05'), dueAt: at('06'), ...still };
const met: SlaClock = { ...running, stoppedAt: at('04') };
type Clocks = readonly [first: SlaClock | null, resolve: SlaClock | null];
const rare: readonly Clocks[] = [
  [met, { ...running, warnedAt: at('05') }],
  [{ ...running, breachedAt: at('06') }, running],
  // Late before it stood still, and not told of it.
  [met, { ...running, stoppedAt: at('07') }],
  [null, { ...running, pausedAt: at('07') }],
  [{ ...running, pausedAt: at('03') }, null],
  [{ ...met, pausedAt: at('03'), warnedAt: at('03') }, running],
  [null, met],
  [{ ...running, pausedAt: at('03'), stoppedAt: at('07') }, met],
];

/** Most tickets have clocks, those that are over others than those that go on, and each fiftieth some that are rare there. */
function giveClocks(d: Dialect): string {
  const [policyId, termsId] = [newId(), newId()];
  const sla = ([FIRST_RESPONSE, RESOLVE]: Clocks) =>
    d.cast(`'${JSON.stringify({ policyId, termsId, FIRST_RESPONSE, RESOLVE })}'`, 'JSON');
  const seldom = rare.map((clocks, nth) => `WHEN number % 400 = ${nth * 50 + 7} THEN ${sla(clocks)}`).join(' ');
  return `UPDATE tickets SET sla = CASE ${seldom} WHEN status IN ('RESOLVED', 'CLOSED') THEN ${sla([met, met])}
    ELSE ${sla([met, running])} END WHERE number % 9 <> 0`;
}

type Filter = Omit<ListTicketsInput, 'sort' | 'limit' | 'cursor'>;

describeEachDialect('lists by the states of clocks', (dialect) => {
  let world: World;
  let all: readonly Ticket[];
  let projectId: string;
  beforeAll(async () => {
    world = await aSeededWorld(dialect, TICKETS, 9);
    await world.db.all(adHoc(giveClocks), []);
    all = await shown({}, latestFirst, { limit: 200 });
    projectId = all[0]!.projectId;
  }, 120_000);
  afterAll(() => world.close());

  async function shown(
    filter: Filter,
    sort: ListTicketsInput['sort'],
    { limit, most = TICKETS }: { readonly limit: number; readonly most?: number },
  ): Promise<Ticket[]> {
    const found: Ticket[] = [];
    for (let cursor: string | null | undefined; cursor !== null && found.length < most;) {
      const page = await listTickets(world.db, world.admin, { ...filter, sort, limit, cursor });
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found.slice(0, most);
  }
  const keysOf = (tickets: readonly Ticket[]) => tickets.map(({ key }) => key);

  it('show those of which a clock is in one of the states, in every order, page by page', async () => {
    const [holder] = all.flatMap(({ assigneeId }) => assigneeId ?? []);
    const filters: Filter[] = [
      { sla: ['WARNED'] },
      { sla: ['RUNNING'] },
      { sla: ['MET'] },
      { sla: ['PAUSED', 'BREACHED'] },
      { sla: ['BREACHED'] },
      { sla: ['BREACHED'], status: ['OPEN', 'CLOSED'], priority: ['HIGH', 'LOW'] },
      { sla: ['MET', 'PAUSED'], status: ['OPEN', 'CLOSED'] },
      { sla: ['RUNNING', 'BREACHED'], priority: ['LOW', 'HIGH'] },
      { sla: ['MET'], assigneeId: holder },
      { sla: ['MET', 'MET'], text: 'the' },
      { sla: ['RUNNING'], dueBefore: '2025-12-31' },
    ];
    let found = 0;
    for (const filter of filters.flatMap((one) => [one, { ...one, projectId }]))
      for (const sort of sorts) {
        const isWanted = compileFilter(filter);
        const wanted = all.filter((one) => isWanted(one) && (filter.projectId ?? one.projectId) === one.projectId);
        const first = wanted.toSorted(compareTickets(sort)).slice(0, 140);

        expect(keysOf(await shown(filter, sort, { limit: 70, most: 140 })), JSON.stringify({ filter, sort })).toEqual(
          keysOf(first),
        );
        found += first.length;
      }
    expect(found).toBeGreaterThan(10_000);
  }, 120_000);

  it('are the windows of live queries', async () => {
    const scope = { staffOf: [projectId], customerOf: [] };
    for (const state of ['WARNED', 'RUNNING', 'MET'] as const) {
      const filter = { sla: [state] };
      const asked = { scope, customerId: null, projects: [projectId], filter, sort: latestFirst, rows: 50 };
      const { rows, counts } = await queryReader(world.db).window(asked);
      const wanted = all.filter((ticket) => ticket.projectId === projectId && compileFilter(filter)(ticket));

      expect([counts.total, keysOf(rows)]).toEqual([
        wanted.length,
        keysOf(wanted.toSorted(compareTickets(latestFirst)).slice(0, 50)),
      ]);
    }
  });

  it('look for those in a rare state by their index', async () => {
    await world.db.all(adHoc('ANALYZE'), []);

    const explain = dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
    /** Of each statement, whether it is done by the index. */
    const areBy = async (index: string, asked: Pick<ListTicketsInput, 'sla' | 'sort'>) => {
      const plans = await plansOf(world.db, explain, (heard) =>
        listTickets(heard, world.admin, { projectId, ...asked, limit: 9 }),
      );
      return plans.map((steps) => steps.some((step) => step.includes(index)));
    };
    // How many there are, and they themselves, after what the actor may see.
    expect(await areBy('tickets_sla', { sla: ['WARNED'], sort: latestFirst })).toEqual([false, true, true]);
    if (dialect === 'sqlite') return;
    const late = { updatedAt: 'updated', createdAt: 'created', priority: 'priority', dueDate: 'due' } as const;
    for (const sort of sorts)
      expect(await areBy(`tickets_late_${late[sort.by]}`, { sla: ['BREACHED'], sort })).toEqual([false, true]);
  });
});
