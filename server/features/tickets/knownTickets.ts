import { isId } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import type { Dialect } from '../../db/dialect.js';
import { Ticket } from '../../db/models/Ticket.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { definedOnly } from '../definedOnly.js';
import { titleOf, type TicketLine } from './ticketTable.js';
import type { TicketRow } from './tickets.present.js';

/**
 * Tickets by what a table calls them, of the source $1: the list $2. Those of the project $4 go by their own ids as well, the list $3: tables
 * that were exported name those of another source so, or of none.
 */
export const calledTickets = (d: Dialect, columns: string, and = 'TRUE'): string =>
  `SELECT t.id AS called, ${columns} FROM ${d.eachOf('$3', 'tickets', 't', 'id')} WHERE t.project_id = $4 AND ${and}
   UNION ALL SELECT t.external_id AS called, ${columns} FROM ${d.eachOf('$2', 'tickets', 't', 'external_id', 't.external_source = $1')}
   WHERE ${and}`;

const findBySource = statement('sync.tickets', (d) =>
  calledTickets(
    d,
    `t.id, t.project_id, t.title, t.description, t.story_points, t.required_skill_id, t.priority, t.due_date,
     t.deleted_at, t.merged_into_id`,
  ),
);

/** What a table can say of a ticket, and where it is; read without a lock. */
export type KnownTicket = Pick<
  TicketRow,
  | 'id'
  | 'projectId'
  | 'title'
  | 'description'
  | 'storyPoints'
  | 'requiredSkillId'
  | 'priority'
  | 'dueDate'
  | 'deletedAt'
  | 'mergedIntoId'
>;

interface Place {
  readonly source: string;
  readonly projectId: string;
}

/** Those that are there, of whatever project and state, by what the table calls them. */
export async function knownTickets(
  unit: UnitOfWork,
  { source, projectId }: Place,
  lines: readonly TicketLine[],
): Promise<ReadonlyMap<string, KnownTicket>> {
  const ids = lines.map(({ externalId }) => externalId);
  if (ids.length === 0) return new Map();
  const own = ids.filter(isId);
  const rows = await unit.all<{ called: string }>(findBySource, [source, ids, own, projectId]);
  return new Map(rows.map(({ called, ...columns }) => [called, decodeRow(Ticket, columns)]));
}

/** What a line makes of a ticket. A title that nobody wrote by hand follows the description. */
export function patchOf(
  { title, description }: Pick<TicketRow, 'title' | 'description'>,
  { fields, headline }: TicketLine,
  requiredSkillId: string | null | undefined,
): Partial<TicketRow> {
  const said = title === titleOf(description) ? headline : title;
  return definedOnly({ ...fields, title: fields.title ?? said, requiredSkillId });
}

/** Whether it is so already, so that nobody need hold it. */
export const isSaid = (known: KnownTicket, line: TicketLine, requiredSkillId: string | null | undefined): boolean =>
  Object.entries(patchOf(known, line, requiredSkillId)).every(
    ([field, value]) => known[field as keyof KnownTicket] === value,
  );
