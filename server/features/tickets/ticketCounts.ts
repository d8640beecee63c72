import { ticketStatuses, type TicketStatus } from '../../../contract/ticket.js';
import type { TicketCounts } from '../../../contract/ticketInputs.js';
import type { Database } from '../../db/database.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { ticketScope } from './ticketScope.js';

const kept = statement(
  'counters.columns',
  `SELECT n_open AS "OPEN", n_in_progress AS "IN_PROGRESS", n_review AS "REVIEW", n_resolved AS "RESOLVED", n_closed AS "CLOSED"
   FROM project_counters WHERE project_id = $1`,
);
const reported = statement(
  'tickets.countReported',
  `SELECT status, count(*) AS n FROM tickets
   WHERE project_id = $1 AND reporter_id = $2 AND deleted_at IS NULL GROUP BY status`,
);
const held = (counted: string): string =>
  `SELECT c.assignee_id, u.name, c.n FROM (${counted}) c JOIN users u ON u.id = c.assignee_id
   WHERE c.n > 0 ORDER BY c.n DESC, u.name, u.id`;
const keptByAssignee = statement(
  'stats.heldBy',
  held(`SELECT value AS assignee_id, n_open + n_in_progress + n_review + n_resolved AS n FROM ticket_stats
    WHERE project_id = $1 AND dimension = 'ASSIGNEE' AND value <> ''`),
);
const reportedByAssignee = statement(
  'tickets.countByAssignee',
  held(`SELECT assignee_id, count(*) AS n FROM tickets
    WHERE project_id = $1 AND reporter_id = $2 AND deleted_at IS NULL AND assignee_id IS NOT NULL GROUP BY assignee_id`),
);

/**
 * How many tickets stand in each column and with each assignee. For staff they are kept counters, so that the
 * answer costs the same for ten tickets and for a million; a customer's own reports are counted.
 * @throws NOT_FOUND not inside the project.
 */
export async function ticketCounts(db: Database, actor: Actor, projectId: string): Promise<TicketCounts> {
  const scope = await ticketScope(db.all, actor, projectId);
  const staff = scope.staffOf.length > 0;
  const byStatus = staff ? await keptCounts(db, projectId) : await reportedCounts(db, projectId, actor.userId);
  type Row = { assignee_id: string; name: string; n: number | string };
  const holders = await (staff
    ? db.all<Row>(keptByAssignee, [projectId])
    : db.all<Row>(reportedByAssignee, [projectId, actor.userId]));
  const byAssignee = holders.map(({ assignee_id, name, n }) => ({ userId: assignee_id, name, count: Number(n) }));
  const total = ticketStatuses.reduce((sum, status) => sum + byStatus[status], 0);
  const assigned = byAssignee.reduce((sum, { count }) => sum + count, 0);
  // Nobody holds a closed ticket, so those are not waiting for anybody.
  const unassigned = Math.max(0, total - byStatus.CLOSED - assigned);
  return { projectId, total, byStatus, unassigned, byAssignee };
}

type Columns = Record<TicketStatus, number>;
const empty: Columns = { OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 };

async function keptCounts(db: Database, projectId: string): Promise<Columns> {
  const [row] = await db.all<Columns>(kept, [projectId]);
  return { ...empty, ...row };
}

async function reportedCounts(db: Database, projectId: string, userId: string): Promise<Columns> {
  const rows = await db.all<{ status: TicketStatus; n: number | string }>(reported, [projectId, userId]);
  return { ...empty, ...Object.fromEntries(rows.map(({ status, n }) => [status, Number(n)])) };
}
