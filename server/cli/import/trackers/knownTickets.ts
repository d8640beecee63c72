import { decodeRow } from '../../../db/decodeRow.js';
import type { Dialect } from '../../../db/dialect.js';
import { Ticket } from '../../../db/models/Ticket.js';
import { statement } from '../../../db/statement.js';
import type { Deps } from '../../../features/deps.js';
import type { TicketRow } from '../../../features/tickets/tickets.present.js';
import { AppError } from '../../../kernel/errors.js';
import type { Holding } from './holders.js';
import type { Where } from './trackerPeople.js';

/** A ticket that an earlier import made. */
export interface KnownTicket {
  readonly row: TicketRow;
  readonly holdings: readonly Holding[];
  /** Who held it last, be it still or not. */
  readonly lastHolderId: string | null;
  readonly watcherIds: ReadonlySet<string>;
}

const findTicket = statement(
  'import.knownTicket',
  'SELECT t.* FROM tickets t WHERE t.external_source = $1 AND t.external_id = $2',
);
const findSpans = statement(
  'import.spans',
  `SELECT a.id, a.assignee_id, a.is_primary, a.status FROM assignments a WHERE a.ticket_id = $1
   ORDER BY a.assigned_at DESC, a.id DESC`,
);
const findWatchers = statement('import.watchers', 'SELECT w.user_id FROM ticket_watchers w WHERE w.ticket_id = $1');
interface SpanRow {
  readonly id: string;
  readonly assignee_id: string;
  readonly is_primary: boolean | number;
  readonly status: string;
}
/** Tickets of the source $1 that go by one of the list $2, in the project $3. */
export const importedTickets = (d: Dialect): string =>
  `${d.eachOf('$2', 'tickets', 't', 'external_id', 't.external_source = $1')} WHERE t.project_id = $3 AND t.deleted_at IS NULL`;
const findIds = statement(
  'import.knownIds',
  (d) => `SELECT t.id, t.external_id, t.parent_id FROM ${importedTickets(d)}`,
);

/** Null: there is none. @throws DUPLICATE it was deleted, or is in another project. */
export async function findKnown(
  { deps, source, projectId }: Where & { readonly deps: Deps },
  externalId: string,
): Promise<KnownTicket | null> {
  const { all } = deps.db;
  const [raw] = await all(findTicket, [source, externalId]);
  if (!raw) return null;
  const { priorityRank: _, dueSort: __, ...row } = decodeRow(Ticket, raw);
  if (row.deletedAt !== null || row.projectId !== projectId)
    throw new AppError('DUPLICATE', 'is the id of a ticket that was deleted or is elsewhere');
  const spans = await all<SpanRow>(findSpans, [row.id]);
  const holdings = spans
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ id, assignee_id, is_primary }) => ({
      assignmentId: id,
      userId: assignee_id,
      isPrimary: Boolean(is_primary),
    }));
  const watchers = await all<{ user_id: string }>(findWatchers, [row.id]);
  const watcherIds = new Set(watchers.map(({ user_id }) => user_id));
  return { row, holdings, lastHolderId: spans[0]?.assignee_id ?? null, watcherIds };
}

export interface KnownId {
  readonly id: string;
  readonly parentId: string | null;
}

/** Tickets of the project by their ids in the export; those that there are. */
export async function findKnownIds(
  { deps, source, projectId }: Where & { readonly deps: Deps },
  externalIds: readonly string[],
): Promise<Map<string, KnownId>> {
  type Found = { readonly id: string; readonly external_id: string; readonly parent_id: string | null };
  const rows = await deps.db.all<Found>(findIds, [source, externalIds, projectId]);
  return new Map(rows.map(({ id, external_id, parent_id }) => [external_id, { id, parentId: parent_id }]));
}
