import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type {
  Assignment as Presented,
  AssignmentHistoryEntry,
  AssignmentHistoryInput,
  ListAssignmentsInput,
} from '../../../contract/assignment.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Assignment } from '../../db/models/Assignment.js';
import { AssignmentHistory } from '../../db/models/AssignmentHistory.js';
import { adHoc, statement } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';
import { seeTicket } from '../tickets/oneTicket.queries.js';
import { Parameters, scopeSql, ticketScope } from '../tickets/ticketScope.js';
import { presentAssignment, type Span } from './assignments.present.js';

interface ListedRow {
  readonly assignee_name: string;
  readonly key: string;
  readonly title: string;
  readonly project_id: string;
}

/** Spans of holding that the actor may see, the one begun last first. `developerId` is a profile's or its user's id. */
export async function listAssignments(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListAssignmentsInput>,
): Promise<Page<Presented>> {
  const scope = await ticketScope(db.all, actor, input.projectId);
  if (scope.staffOf.length + scope.customerOf.length === 0) return { items: [], nextCursor: null };
  const parameters = new Parameters();
  const bind = (value: string | Date) => parameters.bind(value);
  const where = [
    scopeSql(scope, actor, db.dialect, parameters),
    't.deleted_at IS NULL',
    `a.status = ${bind(input.status)}`,
    ...(input.ticketId ? [`a.ticket_id = ${bind(input.ticketId)}`] : []),
    ...(input.from ? [`a.assigned_at >= ${bind(new Date(input.from))}`] : []),
    ...(input.to ? [`a.assigned_at < ${bind(new Date(input.to))}`] : []),
  ];
  if (input.developerId) {
    const id = bind(input.developerId);
    where.push(
      `a.assignee_id IN (SELECT user_id FROM developers WHERE id = ${id} UNION SELECT id FROM users WHERE id = ${id})`,
    );
  }
  const after = decodeCursor(input.cursor, ['string', 'string']);
  if (after) where.push(`(a.assigned_at, a.id) < (${bind(momentOf(after[0]))}, ${bind(String(after[1]))})`);
  const text = `SELECT a.*, u.name AS assignee_name, t.key, t.title, t.project_id
    FROM assignments a JOIN tickets t ON t.id = a.ticket_id JOIN users u ON u.id = a.assignee_id
    WHERE ${where.join(' AND ')} ORDER BY a.assigned_at DESC, a.id DESC LIMIT ${input.limit + 1}`;
  const rows = await db.all<ListedRow>(adHoc(text), parameters.values);
  const staffOf = new Set(scope.staffOf);
  const listed = rows.map(({ assignee_name, key, title, project_id, ...columns }) => ({
    span: { ...decodeRow(Assignment, columns), assigneeName: assignee_name } satisfies Span,
    ticket: { key, title, projectId: project_id },
  }));
  return toPage(
    listed,
    input.limit,
    ({ span }) => [span.assignedAt.toISOString(), span.id],
    ({ span, ticket }) => presentAssignment(span, ticket, staffOf.has(ticket.projectId)),
  );
}

const ofTicketIn = (dir: 'asc' | 'desc') =>
  statement(
    `handHistory.ofTicket.${dir}`,
    `SELECT h.* FROM assignment_history h WHERE h.ticket_id = $1 AND (h.changed_at, h.id) ${dir === 'asc' ? '>' : '<'} ($2, $3)
     ORDER BY h.changed_at ${dir}, h.id ${dir} LIMIT $4`,
  );
const ofTicket = { asc: ofTicketIn('asc'), desc: ofTicketIn('desc') };
const ofAssignment = statement(
  'handHistory.ofAssignment',
  `SELECT h.* FROM assignment_history h WHERE (h.assignment_id = $1 OR h.new_assignment_id = $1) AND (h.changed_at, h.id) > ($2, $3)
   ORDER BY h.changed_at, h.id LIMIT $4`,
);

const presentHistory = (row: Attributes<AssignmentHistory>, staff: boolean): AssignmentHistoryEntry => ({
  id: row.id,
  assignmentId: row.assignmentId,
  ticketId: row.ticketId,
  previousDeveloper: row.previousDeveloper,
  newDeveloper: row.newDeveloper,
  previousDeveloperId: row.previousDeveloperId,
  newDeveloperId: row.newDeveloperId,
  action: row.action,
  reason: staff ? row.reason : null,
  changedBy: row.changedBy,
  changedAt: row.changedAt.toISOString(),
  seq: row.seq,
});

type Which = { readonly ticketId: string; readonly dir: 'asc' | 'desc' } | { readonly assignmentId: string };

/** Begins, ends and changes of hands from a place in time on. Access is the caller's to decide. */
export async function handHistoryOf(
  db: Database,
  which: Which,
  after: readonly [Date, string],
  limit: number,
  staff: boolean,
): Promise<AssignmentHistoryEntry[]> {
  const rows = await ('ticketId' in which
    ? db.all(ofTicket[which.dir], [which.ticketId, ...after, limit])
    : db.all(ofAssignment, [which.assignmentId, ...after, limit]));
  return rows.map((raw) => presentHistory(decodeRow(AssignmentHistory, raw), staff));
}

const ticketOfSpan = statement('assignments.ticketOf', 'SELECT ticket_id FROM assignments WHERE id = $1');

/** The history of one assignment, with the handover that began or ended it, or of all of a ticket's. */
export async function assignmentHistory(
  db: Database,
  actor: Actor,
  input: z.output<typeof AssignmentHistoryInput>,
): Promise<Page<AssignmentHistoryEntry>> {
  const { assignmentId } = input;
  const [span] = assignmentId === undefined ? [] : await db.all<{ ticket_id: string }>(ticketOfSpan, [assignmentId]);
  const ticketId = input.ticketId ?? span?.ticket_id;
  if (ticketId === undefined) throw notFound('assignment');
  const { standing } = await seeTicket(db.all, actor, { ticketId }).catch((error: unknown) => {
    throw assignmentId !== undefined && error instanceof AppError ? notFound('assignment') : error;
  });
  const parts = decodeCursor(input.cursor, ['string', 'string']);
  const after = [momentOf(parts?.[0]), String(parts?.[1] ?? '')] as const;
  const which = assignmentId === undefined ? ({ ticketId, dir: 'asc' } as const) : { assignmentId };
  const entries = await handHistoryOf(db, which, after, input.limit + 1, isStaff(standing));
  return toPage(
    entries,
    input.limit,
    (entry) => [entry.changedAt, entry.id],
    (entry) => entry,
  );
}
