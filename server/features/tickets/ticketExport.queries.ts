import { limits } from '../../../contract/limits.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { ExportTicketsInput, TicketExport } from '../../../contract/ticketExport.js';
import { tableText } from '../../csv/tableText.js';
import type { Database } from '../../db/database.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { ticketTableText, type TableTicket } from './ticketTableText.js';
import { listTickets } from './tickets.queries.js';

/** Of a ticket, in this order, with the names of what it points at beside their ids. */
const columns = [
  'key',
  'type',
  'title',
  'description',
  'status',
  'priority',
  'category',
  'departmentName',
  'reporterName',
  'assigneeName',
  'assignees',
  'storyPoints',
  'requiredSkillName',
  'estimatedHours',
  'dueDate',
  'waitingOn',
  'assignmentState',
  'aiAssisted',
  'firstResponseAt',
  'resolvedAt',
  'completedAt',
  'closedAt',
  'createdAt',
  'updatedAt',
  'externalSource',
  'externalId',
  'customFields',
  'tags',
  'id',
  'projectId',
  'departmentId',
  'reporterId',
  'assigneeId',
  'parentId',
  'mergedIntoId',
  'requiredSkillId',
] as const;
type Line = Readonly<Record<(typeof columns)[number], unknown>> & Pick<Ticket, 'tags'> & TableTicket;

const namesOf = statement(
  'tickets.exportedNames',
  (d) => `SELECT id, name FROM users WHERE ${d.anyOf('id', '$1')}
   UNION ALL SELECT id, name FROM departments WHERE ${d.anyOf('id', '$1')}
   UNION ALL SELECT id, name FROM skills WHERE ${d.anyOf('id', '$1')}`,
);

/**
 * Tickets that the actor may see as text, as `listTickets` has them; it ends with the list's page that makes it large.
 * @throws NOT_FOUND not inside `projectId`; BAD_INPUT a foreign cursor.
 */
export async function exportTickets(
  db: Database,
  actor: Actor,
  { format, cursor, source, ...query }: ExportTicketsInput,
): Promise<TicketExport> {
  const write = writers[format];
  const texts: string[] = [];
  let [tickets, bytes, next] = [0, 0, cursor ?? null];
  do {
    const page = await listTickets(db, actor, {
      ...query,
      limit: limits.pageSizeMax,
      ...(next === null ? {} : { cursor: next }),
    });
    const text = write(await linesOf(db, page.items), cursor === undefined && texts.length === 0, source);
    texts.push(text);
    tickets += page.items.length;
    bytes += Buffer.byteLength(text);
    next = page.nextCursor;
  } while (next !== null && tickets + limits.pageSizeMax <= limits.exportRowsMax && bytes < limits.exportBytes);
  const text = format === 'json' ? `[${texts.filter((each) => each !== '').join(',')}]` : texts.join('');
  return { format, text, tickets, nextCursor: next };
}

async function linesOf(db: Database, tickets: readonly Ticket[]): Promise<Line[]> {
  const named = tickets.flatMap(({ reporterId, departmentId, requiredSkillId }) => [
    reporterId,
    departmentId,
    requiredSkillId,
  ]);
  const ids = [...new Set(named.filter((id) => id !== null))];
  const rows = ids.length === 0 ? [] : await db.all<{ id: string; name: string }>(namesOf, [ids]);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  return tickets.map((ticket) => ({
    ...ticket,
    departmentName: nameOf(ticket.departmentId),
    reporterName: nameOf(ticket.reporterId),
    assigneeName: ticket.assignees.find(({ isPrimary }) => isPrimary)?.name ?? null,
    assignees: ticket.assignees.map(({ name }) => name).join('; '),
    requiredSkillName: nameOf(ticket.requiredSkillId),
  }));
}

const cellOf = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

const csvOf = (lines: readonly Line[], isFirst: boolean): string => {
  // No tag holds a comma.
  const cells = lines.map((line) =>
    columns.map((column) => (column === 'tags' ? line.tags.join(', ') : cellOf(line[column]))),
  );
  return tableText(isFirst ? [columns, ...cells] : cells);
};

/** Without the brackets of the list. */
const jsonOf = (lines: readonly Line[]): string =>
  lines.map((line) => JSON.stringify(Object.fromEntries(columns.map((column) => [column, line[column]])))).join(',\n');

const writers = {
  csv: csvOf,
  json: jsonOf,
  table: (lines, isFirst, source) => ticketTableText(lines, source, isFirst),
} satisfies Record<ExportTicketsInput['format'], (lines: readonly Line[], isFirst: boolean, source: string) => string>;
