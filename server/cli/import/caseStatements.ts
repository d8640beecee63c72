import type { TicketStatus } from '../../../contract/ticket.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { CaseState } from './planRow.js';

const findCase = statement(
  'import.case',
  `SELECT t.id, t.status, a.id AS assignment_id, a.assignee_id,
     (SELECT l.assignee_id FROM assignments l WHERE l.ticket_id = t.id ORDER BY l.assigned_at DESC, l.id DESC LIMIT 1) AS last_holder_id
   FROM tickets t LEFT JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE' AND a.is_primary
   WHERE t.external_source = $1 AND t.external_id = $2`,
);

interface CaseRow {
  readonly id: string;
  readonly status: TicketStatus;
  readonly assignment_id: string | null;
  readonly assignee_id: string | null;
  readonly last_holder_id: string | null;
}

/** What has become of a case so far; null when it has no ticket. */
export async function loadCase(all: RunStatement, source: string, caseId: string): Promise<CaseState | null> {
  const [row] = await all<CaseRow>(findCase, [source, caseId]);
  if (!row) return null;
  const { assignment_id: assignmentId, assignee_id: userId } = row;
  return {
    ticketId: row.id,
    status: row.status,
    holding: assignmentId !== null && userId !== null ? { assignmentId, userId } : null,
    lastHolderId: row.last_holder_id,
  };
}
