import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import type { Dashboard, DashboardInput } from '../../../contract/stats.js';
import { categories, priorities, ticketStatuses, type TicketStatus } from '../../../contract/ticket.js';
import type { TicketDimension } from '../../db/models/TicketStat.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { statsScope } from './statsScope.js';

const sums = ['n_open', 'n_in_progress', 'n_review', 'n_resolved', 'n_closed', 'points'].map(
  (column) => `sum(${column}) AS ${column}`,
);
const readDashboard = statement(
  'stats.dashboard',
  (d) => `SELECT s.*, coalesce(u.name, p.name) AS name FROM (
     SELECT dimension, value, ${sums.join(', ')} FROM ticket_stats
     WHERE ${d.anyOf('project_id', '$1')} AND dimension <> 'HELPER' GROUP BY dimension, value
     UNION ALL SELECT 'OVERDUE', '', sum(n), 0, 0, 0, 0, 0 FROM daily_stats
     WHERE ${d.anyOf('project_id', '$1')} AND measure = 'DUE' AND day < $2
   ) s LEFT JOIN users u ON s.dimension = 'ASSIGNEE' AND u.id = s.value
   LEFT JOIN departments p ON s.dimension = 'DEPARTMENT' AND p.id = s.value`,
);
interface Row {
  readonly dimension: TicketDimension | 'OVERDUE';
  readonly value: string;
  readonly name: string | null;
  readonly n_open: number | string | null;
  readonly n_in_progress: number | string;
  readonly n_review: number | string;
  readonly n_resolved: number | string;
  readonly n_closed: number | string;
  readonly points: number | string;
}

interface Group {
  readonly open: number;
  readonly resolved: number;
  readonly byStatus: Record<TicketStatus, number>;
  readonly points: number;
}
type Named = Group & { readonly value: string; readonly name: string | null };

/**
 * How many tickets there are, by what they are and who has them: from kept counters, so that it costs the same whatever
 * their number.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN for customers.
 */
export async function dashboard(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  { projectId }: z.output<typeof DashboardInput>,
): Promise<Dashboard> {
  const projects = await statsScope(db, actor, projectId);
  const today = clock.now().toISOString().slice(0, 10);
  const rows = await db.all<Row>(readDashboard, [projects, today]);
  const of = (dimension: Row['dimension']) => rows.filter((row) => row.dimension === dimension).map(asGroup);
  const [byPriority, assignees] = [of('PRIORITY'), of('ASSIGNEE').filter(hasTickets).toSorted(mostOpenFirst)];
  return {
    projectId: projectId ?? null,
    ...total(byPriority),
    overdue: of('OVERDUE')[0]?.byStatus.OPEN ?? 0,
    unassigned: assignees.find(({ value }) => value === '')?.open ?? 0,
    byPriority: priorities.map((priority) => ({ priority, ...groupOf(byPriority, priority) })),
    byCategory: categories.map((category) => ({ category, ...groupOf(of('CATEGORY'), category) })),
    byDepartment: of('DEPARTMENT')
      .filter(hasTickets)
      .toSorted(mostOpenFirst)
      .map(({ value, ...group }) => ({ departmentId: value || null, ...group })),
    byAssignee: assignees
      .slice(0, limits.statsPeopleMax)
      .map(({ value, ...group }) => ({ userId: value || null, ...group })),
  };
}

function asGroup(row: Row): Named {
  const byStatus = {
    OPEN: Number(row.n_open),
    IN_PROGRESS: Number(row.n_in_progress),
    REVIEW: Number(row.n_review),
    RESOLVED: Number(row.n_resolved),
    CLOSED: Number(row.n_closed),
  };
  return { ...groupBy(byStatus, Number(row.points)), value: row.value, name: row.name };
}

const groupBy = (byStatus: Group['byStatus'], points: number): Group => ({
  open: byStatus.OPEN + byStatus.IN_PROGRESS + byStatus.REVIEW,
  resolved: byStatus.RESOLVED + byStatus.CLOSED,
  byStatus,
  points,
});

const nothing = (): Group => groupBy({ OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 }, 0);

const groupOf = (groups: readonly Named[], wanted: string): Group => {
  const {
    value: _,
    name: __,
    ...group
  } = groups.find(({ value }) => value === wanted) ?? { ...nothing(), value: '', name: null };
  return group;
};

/** Every ticket has one priority. */
function total(byPriority: readonly Group[]): Group {
  const byStatus = nothing().byStatus;
  for (const group of byPriority) for (const status of ticketStatuses) byStatus[status] += group.byStatus[status];
  return groupBy(
    byStatus,
    byPriority.reduce((sum, { points }) => sum + points, 0),
  );
}

const hasTickets = ({ open, resolved }: Group): boolean => open + resolved > 0;

const mostOpenFirst = (a: Named, b: Named): number =>
  b.open - a.open || b.resolved - a.resolved || (a.value < b.value ? -1 : 1);
