import type { ProjectRole } from '../../../contract/project.js';
import type { TicketDetail } from '../../../contract/ticket.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Assignment } from '../../db/models/Assignment.js';
import { Ticket } from '../../db/models/Ticket.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { presentAssignee, presentAssignment, type Span } from '../assignments/assignments.present.js';
import { linksOfTicket } from './links.queries.js';
import { canSeeTicket } from './tickets.policy.js';
import { forCustomer, presentTicket, type TicketRow } from './tickets.present.js';

const detail = (condition: string) => `SELECT t.*, m.role AS actor_role, p.key AS project_key, r.name AS reporter_name,
    d.name AS department_name, s.name AS skill_name,
    EXISTS (SELECT 1 FROM ticket_watchers w WHERE w.ticket_id = t.id AND w.user_id = $2) AS watching,
    EXISTS (SELECT 1 FROM ticket_links l WHERE l.to_id = t.id AND l.type = 'MERGED_INTO') AS has_merged
  FROM tickets t JOIN projects p ON p.id = t.project_id JOIN users r ON r.id = t.reporter_id
  LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = $2
  LEFT JOIN departments d ON d.id = t.department_id LEFT JOIN skills s ON s.id = t.required_skill_id
  WHERE ${condition}`;
const ticketById = statement('tickets.byId', detail('t.id = $1'));
const ticketByKey = statement('tickets.byKey', detail('t.key = $1'));
const idByKey = statement('tickets.idByKey', 'SELECT id FROM tickets WHERE key = $1');
const activeSpans = statement(
  'assignments.activeOfTicket',
  `SELECT a.*, u.name AS assignee_name FROM assignments a JOIN users u ON u.id = a.assignee_id
   WHERE a.ticket_id = $1 AND a.status = 'ACTIVE' ORDER BY a.assigned_at, a.id`,
);

interface DetailColumns {
  readonly actor_role: ProjectRole | null;
  readonly project_key: string;
  readonly reporter_name: string;
  readonly department_name: string | null;
  readonly skill_name: string | null;
  readonly watching: boolean | number;
  readonly has_merged: boolean | number;
}

export interface SeenTicket {
  readonly row: TicketRow;
  readonly standing: Standing;
  readonly names: Omit<DetailColumns, 'actor_role' | 'watching' | 'has_merged'>;
  readonly isWatching: boolean;
  /** Whether tickets were merged into it. */
  readonly hasMerged: boolean;
}

/** The ticket as a read; deleted ones included, for their history. @throws NOT_FOUND missing or foreign. */
export async function seeTicket(
  all: RunStatement,
  actor: Actor,
  which: { readonly ticketId: string } | { readonly key: string },
): Promise<SeenTicket> {
  const [raw] = await ('ticketId' in which
    ? all<DetailColumns>(ticketById, [which.ticketId, actor.userId])
    : all<DetailColumns>(ticketByKey, [which.key, actor.userId]));
  if (!raw) throw notFound('ticket');
  const { actor_role, project_key, reporter_name, department_name, skill_name, watching, has_merged, ...columns } = raw;
  const { priorityRank: _, dueSort: __, ...row } = decodeRow(Ticket, columns);
  const standing: Standing = { role: actor.role, projectRole: actor_role };
  if (!canSeeTicket(actor, standing, row)) throw notFound('ticket');
  return {
    row,
    standing,
    names: { project_key, reporter_name, department_name, skill_name },
    isWatching: Boolean(watching),
    hasMerged: Boolean(has_merged),
  };
}

/** Of any ticket, deleted or foreign: what may be done to it is for whoever is given the id to decide. Null: there is none. */
export async function ticketIdOf(db: Database, key: string): Promise<string | null> {
  const [row] = await db.all<{ id: string }>(idByKey, [key]);
  return row?.id ?? null;
}

/** One ticket by id or key, with its active assignments and its links. @throws NOT_FOUND missing, foreign or deleted. */
export async function getTicket(
  db: Database,
  actor: Actor,
  which: { readonly ticketId: string } | { readonly key: string },
): Promise<TicketDetail> {
  const { row, standing, names, isWatching } = await seeTicket(db.all, actor, which);
  if (row.deletedAt !== null) throw notFound('ticket');
  const [rows, links] = await Promise.all([
    db.all<{ assignee_name: string }>(activeSpans, [row.id]),
    linksOfTicket(db.all, actor, row.id),
  ]);
  const spans = rows.map(({ assignee_name, ...columns }): Span => ({
    ...decodeRow(Assignment, columns),
    assigneeName: assignee_name,
  }));
  const staff = isStaff(standing);
  const ticket = presentTicket(row, spans.map(presentAssignee));
  return {
    ...(staff ? ticket : forCustomer(ticket)),
    projectKey: names.project_key,
    reporterName: names.reporter_name,
    departmentName: names.department_name,
    requiredSkillName: staff ? names.skill_name : null,
    assignments: spans.map((span) => presentAssignment(span, row, staff)),
    links,
    watching: isWatching,
  };
}
