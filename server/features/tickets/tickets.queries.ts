import type { Page } from '../../../contract/text.js';
import { ticketStatuses, type Assignee, type Ticket as Presented } from '../../../contract/ticket.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import type { Database } from '../../db/database.js';
import type { Dialect } from '../../db/dialect.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Ticket } from '../../db/models/Ticket.js';
import { parseSearch, searchSql } from '../../db/searchIndex.js';
import { adHoc, statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { filterSql, keysetSql, orderedSql, sortColumns } from './ticketListSql.js';
import { asksAmongStaff, Parameters, scopeSql, ticketScope, type TicketScope } from './ticketScope.js';
import { forCustomer, presentTicket } from './tickets.present.js';

export interface RawTicket {
  readonly id: string;
  readonly project_id: string;
  readonly updated_at: Date | string;
}

const assigneesOfTickets = statement(
  'assignments.ofTickets',
  (
    d,
  ) => `SELECT a.ticket_id, a.id, a.assignee_id, a.is_primary, u.name FROM assignments a JOIN users u ON u.id = a.assignee_id
   WHERE ${d.anyOf('a.ticket_id', '$1')} AND a.status = 'ACTIVE' ORDER BY a.assigned_at, a.id`,
);

/** The active assignees of many tickets by one statement. */
export async function assigneesOf(db: Pick<Database, 'all'>, ids: readonly string[]): Promise<Map<string, Assignee[]>> {
  const found = new Map<string, Assignee[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return found;
  const rows = await db.all<{ ticket_id: string; id: string; assignee_id: string; is_primary: unknown; name: string }>(
    assigneesOfTickets,
    [ids],
  );
  for (const { ticket_id, id, assignee_id, is_primary, name } of rows)
    found.get(ticket_id)?.push({ assignmentId: id, userId: assignee_id, name, isPrimary: Boolean(is_primary) });
  return found;
}

/** Rows as staff see them. */
export async function presentRows(db: Pick<Database, 'all'>, rows: readonly RawTicket[]): Promise<Presented[]> {
  const assignees = await assigneesOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((raw) => presentTicket(decodeRow(Ticket, raw), assignees.get(raw.id) ?? []));
}

/** Rows as the actor may see them: staff whole, customers without what stays among staff. */
export async function presentAll(
  db: Database,
  scope: TicketScope,
  rows: readonly RawTicket[],
): Promise<Map<RawTicket, Presented>> {
  const tickets = await presentRows(db, rows);
  const staffOf = new Set(scope.staffOf);
  const seen = (ticket: Presented) => (staffOf.has(ticket.projectId) ? ticket : forCustomer(ticket));
  return new Map(rows.map((raw, index) => [raw, seen(tickets[index] ?? missing())]));
}

/** Where a filter may look. */
export async function filterScope(
  db: Database,
  actor: Actor,
  filter: Pick<ListTicketsInput, 'projectId' | 'requiredSkill' | 'tag' | 'customFields'>,
): Promise<TicketScope> {
  const scope = await ticketScope(db.all, actor, filter.projectId);
  return asksAmongStaff(filter) ? { ...scope, customerOf: [] } : scope;
}

function missing(): never {
  throw new Error('a row that was not presented');
}
const nothing: Page<Presented> = { items: [], nextCursor: null };
export const presented = (tickets: Map<RawTicket, Presented>, raw: RawTicket): Presented =>
  tickets.get(raw) ?? missing();

/**
 * Tickets the actor may see, deleted ones left out, by keyset.
 * @throws NOT_FOUND not inside `projectId`; BAD_INPUT a foreign cursor.
 */
export async function listTickets(
  db: Database,
  actor: Actor,
  input: ListTicketsInput & { readonly createdBy?: string | undefined },
): Promise<Page<Presented>> {
  const scope = await filterScope(db, actor, input);
  const projects = [...scope.staffOf, ...scope.customerOf];
  if (projects.length === 0) return nothing;
  const parameters = new Parameters();
  const from = fromSql(db.dialect, input.text, projects, parameters);
  if (from === null) return nothing;
  const where = [
    scopeSql(scope, actor, db.dialect, parameters),
    ...filterSql(input, db.dialect, parameters),
    ...keysetSql(input.sort, input.cursor, parameters),
  ];
  // Hits are few: they are looked up once. All other lists go through an index range per status.
  const branches = input.text === undefined ? (input.status ?? ticketStatuses) : null;
  if (!branches && input.status) where.push(db.dialect.anyOf('t.status', parameters.bind(input.status)));
  const text = orderedSql(branches, from, where, input.sort, input.limit + 1);
  const rows = await db.all<RawTicket>(adHoc(text), parameters.values);
  const by = sortColumns[input.sort.by];
  const tickets = await presentAll(db, scope, rows);
  return toPage(
    rows,
    input.limit,
    (raw) => [by.encode((raw as unknown as Record<string, unknown>)[by.column]), raw.id],
    (raw) => presented(tickets, raw),
  );
}

/** The tickets, or those of them that a text finds; null when the text holds nothing to look for. */
export function fromSql(
  dialect: Dialect,
  text: string | undefined,
  projects: readonly string[],
  parameters: Parameters,
): string | null {
  if (text === undefined) return 'tickets t';
  const terms = parseSearch(text);
  if (terms.length === 0) return null;
  const search = searchSql(dialect, terms, projects, parameters.values.length + 1);
  for (const value of search.values) parameters.bind(value);
  return `${search.from} JOIN tickets t ON t.id = h.ticket_id`;
}
