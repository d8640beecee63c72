import type { Attributes } from 'sequelize';
import type { AssignmentHistoryEntry } from '../../../contract/assignment.js';
import type { Comment as PresentedComment } from '../../../contract/comment.js';
import type { Message as PresentedMessage } from '../../../contract/message.js';
import type { Page } from '../../../contract/text.js';
import type { TicketHistoryEntry } from '../../../contract/ticketInputs.js';
import type { TimelineItem } from '../../../contract/timeline.js';
import type { Database } from '../../db/database.js';
import type { Dialect } from '../../db/dialect.js';
import { decodeRow } from '../../db/decodeRow.js';
import { TicketHistory } from '../../db/models/TicketHistory.js';
import { statement } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { handHistoryOf } from '../assignments/assignments.queries.js';
import { begin, commentsOf } from '../comments/comments.queries.js';
import { messagesBeside } from '../messages/messages.queries.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';
import { discussionOf } from './links.queries.js';
import { seeTicket } from './oneTicket.queries.js';
import { forCustomer, internalFields, LINKS } from './tickets.present.js';

interface Input {
  readonly ticketId: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

// Left out here and not after reading: a page of hidden lines only would look like the last one.
// A line of one custom field is hidden as all of them are.
const hiddenAs = "(CASE WHEN h.field LIKE 'customFields.%' THEN 'customFields' ELSE h.field END)";
const shown = (d: Dialect) => `(h.field IS NULL OR NOT (${d.anyOf(hiddenAs, '$5')}))`;
const hiddenFrom = (staff: boolean): string[] => (staff ? [] : [...internalFields, LINKS]);

// By version, for a moved ticket's numbers of events begin anew.
const historyOf = statement(
  'ticketHistory.ofTicket',
  (d) => `SELECT h.*, u.name AS changed_by_name FROM ticket_history h LEFT JOIN users u ON u.id = h.changed_by
   WHERE h.ticket_id = $1 AND (h.version, h.id) > ($2, $3) AND ${shown(d)} ORDER BY h.version, h.id LIMIT $4`,
);

type Row = Attributes<TicketHistory> & { readonly changed_by_name: string | null };

const present = (row: Row): TicketHistoryEntry => ({
  id: row.id,
  ticketId: row.ticketId,
  version: row.version,
  seq: row.seq,
  action: row.action,
  field: row.field,
  oldValue: row.oldValue,
  newValue: row.newValue,
  changedBy: row.changedBy,
  changedByName: row.changed_by_name ?? row.changedByLabel,
  createdAt: row.createdAt.toISOString(),
});

/** What customers may not see of a ticket they may not see of it as it was made either. */
const hideInternals = (entry: TicketHistoryEntry): TicketHistoryEntry => {
  const told = entry.changedBy === null ? { ...entry, changedByName: null } : entry;
  return told.field !== null || told.newValue === null
    ? told
    : { ...told, newValue: JSON.stringify(forCustomer(JSON.parse(told.newValue))) };
};

async function readHistory(
  db: Database,
  which: typeof historyOf,
  values: readonly [ticketId: string, place: number | Date, id: string, limit: number],
  staff: boolean,
): Promise<TicketHistoryEntry[]> {
  const rows = await db.all(which, [...values, hiddenFrom(staff)]);
  const entries = rows.map((raw) => present(decodeRow(TicketHistory, raw) as Row));
  return staff ? entries : entries.map(hideInternals);
}

/** The changed fields of a ticket, oldest first; `newValue` of the first entry is the ticket as it was made. */
export async function ticketHistory(db: Database, actor: Actor, input: Input): Promise<Page<TicketHistoryEntry>> {
  const { row, standing } = await seeTicket(db.all, actor, input);
  const [version, id] = decodeCursor(input.cursor, ['number', 'string']) ?? [0, ''];
  const from = [row.id, Number(version), String(id), input.limit + 1] as const;
  const entries = await readHistory(db, historyOf, from, isStaff(standing));
  return toPage(
    entries,
    input.limit,
    (entry) => [entry.version, entry.id],
    (entry) => entry,
  );
}

type Placed = { readonly at: string; readonly id: string; readonly item: TimelineItem };

/**
 * Field changes, changes of hands, comments, and the messages of its conversation, in one order of time. Each source is read from the cursor
 * on, at most a page of each, and merged.
 */
export async function ticketTimeline(
  db: Database,
  actor: Actor,
  input: Input & { readonly dir: 'asc' | 'desc' },
): Promise<Page<TimelineItem>> {
  const { dir } = input;
  const seen = await seeTicket(db.all, actor, input);
  const { row, standing } = seen;
  const staff = isStaff(standing);
  const discussed = await discussionOf(db.all, actor, seen);
  const parts = decodeCursor(input.cursor, ['string', 'string']);
  const after = parts ? ([momentOf(parts[0]), String(parts[1])] as const) : begin[dir];
  const limit = input.limit + 1;
  const [changes, hands, comments, messages] = await Promise.all([
    readHistory(db, changesByTime[dir], [row.id, ...after, limit], staff),
    handHistoryOf(db, { ticketId: row.id, dir }, after, limit, staff),
    commentsOf(db, discussed, { after, dir, limit, staff }),
    messagesBeside(db, actor, row.conversationId, { after, dir, limit }),
  ]);
  const told = [...changes.map(fromHistory), ...hands.map(fromHands), ...comments.map(fromComment)];
  const merged = [...told, ...messages.map(fromMessage)].toSorted(inOrder[dir]);
  return toPage(
    merged,
    input.limit,
    ({ at, id }) => [at, id],
    ({ item }) => item,
  );
}

const changesIn = (dir: 'asc' | 'desc') =>
  statement(
    `ticketHistory.byTime.${dir}`,
    (d) => `SELECT h.*, u.name AS changed_by_name FROM ticket_history h LEFT JOIN users u ON u.id = h.changed_by
     WHERE h.ticket_id = $1 AND (h.created_at, h.id) ${dir === 'asc' ? '>' : '<'} ($2, $3) AND ${shown(d)}
     ORDER BY h.created_at ${dir}, h.id ${dir} LIMIT $4`,
  );
const changesByTime = { asc: changesIn('asc'), desc: changesIn('desc') };

const fromHistory = (entry: TicketHistoryEntry): Placed => ({
  at: entry.createdAt,
  id: entry.id,
  item: {
    kind: 'history',
    at: entry.createdAt,
    entry,
  },
});
const fromHands = (entry: AssignmentHistoryEntry): Placed => ({
  at: entry.changedAt,
  id: entry.id,
  item: {
    kind: 'assignment',
    at: entry.changedAt,
    entry,
  },
});
const fromComment = (entry: PresentedComment): Placed => ({
  at: entry.createdAt,
  id: entry.id,
  item: {
    kind: 'comment',
    at: entry.createdAt,
    entry,
  },
});
const fromMessage = (entry: PresentedMessage): Placed => ({
  at: entry.createdAt,
  id: entry.id,
  item: {
    kind: 'message',
    at: entry.createdAt,
    entry,
  },
});
const oldestFirst = (a: Placed, b: Placed): number => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1);
const inOrder = { asc: oldestFirst, desc: (a: Placed, b: Placed) => oldestFirst(b, a) };
