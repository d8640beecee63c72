import type { TicketStatus } from '../../../contract/ticket.js';
import type { Dialect } from '../../db/dialect.js';
import type { Bind } from '../../db/searchSql.js';
import type { RunStatement } from '../../db/statement.js';
import type { Narrowing } from './fewTickets.js';
import { slaSpread, slaSql } from './slaFilterSql.js';
import { ranksOf } from './ticketFilterSql.js';
import { RANGES_MAX, type Range } from './ticketRanges.js';

/** Of a project and a status: in one of a hundred thousand both take some milliseconds then. */
const FEW = 1_000;

/** Nothing from outside comes past it. */
const fences = { postgres: 'OFFSET 0', sqlite: 'LIMIT -1' } as const;

/** Whether a list by the states of clocks is taken apart by {@link slaRanges}: more pairs of project and status would take longer to plan than to run. */
export const hasSlaRanges = (
  { filter, projects }: Pick<Narrowing, 'filter' | 'projects'>,
  statuses: readonly TicketStatus[],
): boolean => filter.sla !== undefined && projects.length * statuses.length <= RANGES_MAX;

/**
 * A list by the states of clocks, taken apart by project and status: hardly a ticket that is closed still runs, and hardly one that is open has met all
 * that was promised. Few are fetched, also where there was none: one may have come since. Many are walked through. Null: there are none of these projects.
 */
export async function slaRanges(
  all: RunStatement,
  d: Dialect,
  { filter, sort, projects }: Narrowing,
  statuses: readonly TicketStatus[],
): Promise<((bind: Bind) => readonly Range[]) | null> {
  if (!filter.sla) return null;
  const isMet = slaSql(d, filter.sla);
  const ranks = sort.by === 'priority' && filter.priority ? ranksOf(filter.priority) : null;
  const ofRanks = ranks ? [`t.priority_rank IN (${ranks.join(', ')})`] : [];
  // What is late has indexes of its own, in each order.
  if (d.name === 'postgres' && filter.sla.every((state) => state === 'BREACHED')) {
    const asked = filter.status ? [`t.status IN (${statuses.map((status) => `'${status}'`).join(', ')})`] : [];
    return () => projects.map((projectId) => ({ projectId, conditions: [isMet, ...asked, ...ofRanks] }));
  }
  const spread = await slaSpread(all, d, filter.sla, { projects, statuses, most: FEW });
  if (spread.length === 0) return null;
  return (bind) =>
    spread.map(({ projectId, status, n }) => {
      const inStatus = `t.status = '${status}'`;
      if (n > FEW) return { projectId, conditions: [inStatus, ...ofRanks, `(${isMet}) IS TRUE`] };
      const found = [`t.project_id = ${bind(projectId)}`, inStatus, 't.deleted_at IS NULL', isMet].join(' AND ');
      const from = `(SELECT t.* FROM tickets t WHERE ${found} ${fences[d.name]}) t`;
      return { projectId, conditions: ofRanks, from };
    });
}
