import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { AssignmentHistoryEntry } from '../../../contract/assignment.js';
import type { Comment as PresentedComment } from '../../../contract/comment.js';
import type { Message as PresentedMessage } from '../../../contract/message.js';
import type { Page } from '../../../contract/text.js';
import {
  HistorySort,
  TimelineSort,
  type TicketHistoryEntry,
  type TicketHistoryInput,
  type TicketTimelineInput,
} from '../../../contract/ticketInputs.js';
import type { TimelineItem } from '../../../contract/timeline.js';
import type { Database } from '../../db/database.js';
import type { Dialect } from '../../db/dialect.js';
import { decodeRow } from '../../db/decodeRow.js';
import { TicketHistory } from '../../db/models/TicketHistory.js';
import type { Statement, Value } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { handHistoryOf } from '../assignments/assignments.queries.js';
import { commentsOf } from '../comments/comments.queries.js';
import { messagesBeside } from '../messages/messages.queries.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, numbered, sortedList, type Order } from '../sortedList.js';
import { discussionOf } from './links.queries.js';
import { seeTicket } from './oneTicket.queries.js';
import { forCustomer, internalFields, LINKS } from './tickets.present.js';

// Left out here and not after reading: a page of hidden lines only would look like the last one.
// A line of one custom field is hidden as all of them are.
const hiddenAs = "(CASE WHEN h.field LIKE 'customFields.%' THEN 'customFields' ELSE h.field END)";
const shown = (d: Dialect) => `(h.field IS NULL OR NOT (${d.anyOf(hiddenAs, '$3')}))`;
const hiddenFrom = (staff: boolean): string[] => (staff ? [] : [...internalFields, LINKS]);

const changes = ({ after, orderBy }: Order, d: Dialect) =>
  `SELECT h.*, u.name AS changed_by_name FROM ticket_history h LEFT JOIN users u ON u.id = h.changed_by
   WHERE h.ticket_id = $1 AND ${after} AND ${shown(d)} ORDER BY ${orderBy} LIMIT $2`;
const last = madeAs('h.id', 'id');
// By version, for a moved ticket's numbers of events begin anew.
const byVersion = sortedList(
  'ticketHistory.ofTicket',
  HistorySort,
  { version: [numbered('h.version', 'version'), last] },
  3,
  changes,
);
const byTime = sortedList(
  'ticketHistory.byTime',
  TimelineSort,
  { at: [moment('h.created_at', 'createdAt'), last] },
  3,
  changes,
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
  which: Statement,
  [ticketId, limit, ...after]: readonly [ticketId: string, limit: number, ...after: readonly Value[]],
  staff: boolean,
): Promise<TicketHistoryEntry[]> {
  const rows = await db.all(which, [ticketId, limit, hiddenFrom(staff), ...after]);
  const entries = rows.map((raw) => present(decodeRow(TicketHistory, raw) as Row));
  return staff ? entries : entries.map(hideInternals);
}

/** The changed fields of a ticket; `newValue` of the first entry is the ticket as it was made. */
export async function ticketHistory(
  db: Database,
  actor: Actor,
  input: z.output<typeof TicketHistoryInput>,
): Promise<Page<TicketHistoryEntry>> {
  const { row, standing } = await seeTicket(db.all, actor, input);
  const { statement, values, cursorOf } = byVersion(input.sort, input.cursor);
  const entries = await readHistory(db, statement, [row.id, input.limit + 1, ...values], isStaff(standing));
  return toPage(entries, input.limit, cursorOf, (entry) => entry);
}

type Placed = { readonly at: string; readonly id: string; readonly item: TimelineItem };

/**
 * Field changes, changes of hands, comments, and the messages of its conversation, in one order of time. Each source is read from the cursor
 * on, at most a page of each, and merged.
 */
export async function ticketTimeline(
  db: Database,
  actor: Actor,
  input: z.output<typeof TicketTimelineInput>,
): Promise<Page<TimelineItem>> {
  const { statement, values: after, cursorOf } = byTime(input.sort, input.cursor);
  const { dir } = input.sort ?? TimelineSort.usual;
  const seen = await seeTicket(db.all, actor, input);
  const { row, standing } = seen;
  const staff = isStaff(standing);
  const discussed = await discussionOf(db.all, actor, seen);
  const limit = input.limit + 1;
  const place = { dir, after, limit };
  const [changed, hands, comments, messages] = await Promise.all([
    readHistory(db, statement, [row.id, limit, ...after], staff),
    handHistoryOf(db, row.id, place, staff),
    commentsOf(db, discussed, { ...place, staff }),
    messagesBeside(db, actor, row.conversationId, place),
  ]);
  const told = [...changed.map(fromHistory), ...hands.map(fromHands), ...comments.map(fromComment)];
  const merged = [...told, ...messages.map(fromMessage)].toSorted(inOrder[dir]);
  return toPage(
    merged,
    input.limit,
    ({ at, id }) => cursorOf({ createdAt: at, id }),
    ({ item }) => item,
  );
}

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
