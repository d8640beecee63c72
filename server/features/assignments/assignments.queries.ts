import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import {
  AssignmentSort,
  HandHistorySort,
  type Assignment as Presented,
  type AssignmentHistoryEntry,
  type AssignmentHistoryInput,
  type ListAssignmentsInput,
} from '../../../contract/assignment.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Assignment } from '../../db/models/Assignment.js';
import { AssignmentHistory } from '../../db/models/AssignmentHistory.js';
import { adHoc, statement } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, ordersOf, sortedList, type PlaceInTime } from '../sortedList.js';
import { seeTicket } from '../tickets/oneTicket.queries.js';
import { Parameters, scopeSql, ticketScope } from '../tickets/ticketScope.js';
import { presentAssignment, type Span } from './assignments.present.js';

interface ListedRow {
  readonly assignee_name: string;
  readonly key: string;
  readonly title: string;
  readonly project_id: string;
}

const startOf = ordersOf(AssignmentSort, {
  assignedAt: [moment('a.assigned_at', 'assignedAt'), madeAs('a.id', 'id')],
});

/** Spans of holding that the actor may see, the one begun last first unless `sort` says otherwise. `developerId` is a profile's or its user's id. */
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
  const { orderBy, after, values, cursorOf } = startOf(input.sort, input.cursor);
  if (input.cursor !== undefined) where.push(after(values.map((value) => parameters.bind(value))));
  const text = `SELECT a.*, u.name AS assignee_name, t.key, t.title, t.project_id
    FROM assignments a JOIN tickets t ON t.id = a.ticket_id JOIN users u ON u.id = a.assignee_id
    WHERE ${where.join(' AND ')} ORDER BY ${orderBy} LIMIT ${input.limit + 1}`;
  const rows = await db.all<ListedRow>(adHoc(text), parameters.values);
  const staffOf = new Set(scope.staffOf);
  const listed = rows.map(({ assignee_name, key, title, project_id, ...columns }) => ({
    span: { ...decodeRow(Assignment, columns), assigneeName: assignee_name } satisfies Span,
    ticket: { key, title, projectId: project_id },
  }));
  return toPage(
    listed,
    input.limit,
    ({ span }) => cursorOf(span),
    ({ span, ticket }) => presentAssignment(span, ticket, staffOf.has(ticket.projectId)),
  );
}

const handsOf = (name: string, which: string) =>
  sortedList(
    `handHistory.${name}`,
    HandHistorySort,
    { changedAt: [moment('h.changed_at', 'changedAt'), madeAs('h.id', 'id')] },
    2,
    ({ after, orderBy }) =>
      `SELECT h.* FROM assignment_history h WHERE ${which} AND ${after} ORDER BY ${orderBy} LIMIT $2`,
  );
const ofTicket = handsOf('ofTicket', 'h.ticket_id = $1');
const ofAssignment = handsOf('ofAssignment', '(h.assignment_id = $1 OR h.new_assignment_id = $1)');

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

/** Begins, ends and changes of hands of a ticket from a place in time on. Access is the caller's to decide. */
export async function handHistoryOf(
  db: Database,
  ticketId: string,
  { dir, after, limit }: PlaceInTime,
  staff: boolean,
): Promise<AssignmentHistoryEntry[]> {
  const rows = await db.all(ofTicket({ by: 'changedAt', dir }).statement, [ticketId, limit, ...after]);
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
  const {
    statement: asked,
    values,
    cursorOf,
  } = assignmentId === undefined ? ofTicket(input.sort, input.cursor) : ofAssignment(input.sort, input.cursor);
  const rows = await db.all(asked, [assignmentId ?? ticketId, input.limit + 1, ...values]);
  const staff = isStaff(standing);
  return toPage(
    rows.map((raw) => decodeRow(AssignmentHistory, raw)),
    input.limit,
    cursorOf,
    (row) => presentHistory(row, staff),
  );
}
