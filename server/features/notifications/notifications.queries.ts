import type { z } from 'zod';
import type { ConversationKind } from '../../../contract/conversation.js';
import { limits } from '../../../contract/limits.js';
import {
  notificationKinds,
  type ListNotificationsInput,
  type Notification as Presented,
  type NotificationKind,
  type NotificationPage,
  type NotificationPreference,
} from '../../../contract/notification.js';
import { LatestFirst } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Notification } from '../../db/models/Notification.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList, type Order } from '../sortedList.js';

const isStaff = "(u.role = 'ADMIN' OR m.role IN ('LEAD', 'MEMBER'))";
/** What the person may see now: their own notifications `n` whose ticket and comment, message or webhook are theirs to see. */
export const seen = `JOIN users u ON u.id = n.user_id
   LEFT JOIN tickets t ON t.id = n.ticket_id
   LEFT JOIN comments c ON c.id = n.comment_id
   LEFT JOIN messages g ON g.id = n.message_id
   LEFT JOIN conversations v ON v.id = g.conversation_id
   LEFT JOIN webhooks h ON h.id = n.webhook_id
   LEFT JOIN project_members m ON m.project_id = coalesce(t.project_id, v.project_id, h.project_id) AND m.user_id = n.user_id
   LEFT JOIN conversation_members w ON w.conversation_id = v.id AND w.user_id = n.user_id
   WHERE c.deleted_at IS NULL AND g.deleted_at IS NULL AND t.deleted_at IS NULL AND (
     CASE WHEN t.id IS NOT NULL THEN ${isStaff}
       OR (m.role = 'CUSTOMER' AND t.reporter_id = n.user_id AND n.kind NOT IN ('SLA_WARNED', 'SLA_BREACHED') AND (n.comment_id IS NULL OR c.visibility = 'PUBLIC'))
     WHEN v.kind = 'CHANNEL' THEN ${isStaff} AND (NOT v.is_private OR w.user_id IS NOT NULL)
     WHEN h.id IS NOT NULL THEN h.deleted_at IS NULL AND (u.role = 'ADMIN' OR m.role = 'LEAD')
     ELSE w.user_id IS NOT NULL END)`;
const unread = 'AND o.read_at IS NULL';
// The page is cut before it is looked at: what may not be seen any more cannot make it dear.
const own = (which: string, limit: string, orderBy = 'o.id DESC') =>
  `FROM (SELECT o.* FROM notifications o WHERE o.user_id = $1 AND o.in_app ${which} ORDER BY ${orderBy} LIMIT ${limit}) n`;
const told = `n.*, coalesce(t.project_id, v.project_id, h.project_id) AS project_id, h.url AS webhook_url, t.key AS ticket_key, t.title,
   v.id AS conversation_id, v.kind AS conversation_kind, v.name AS conversation_name,
   substr(coalesce(c.content, g.content, n.note), 1, ${limits.excerptLength}) AS excerpt, a.name AS actor_name`;
const inOrder = (name: string, text: (page: string, orderBy: string) => string, which: string) =>
  sortedList(name, LatestFirst, { createdAt: [madeAs('o.id', 'id')] }, 2, ({ after, orderBy }: Order) =>
    text(own(`AND ${after} ${which}`, '$2', orderBy), orderBy.replace('o.', 'n.')),
  );
const idsIn = (page: string, orderBy: string) => `SELECT n.id ${page} ORDER BY ${orderBy}`;
const rowsIn = (page: string, orderBy: string) =>
  `SELECT ${told} ${page} LEFT JOIN users a ON a.id = n.actor_id ${seen} ORDER BY ${orderBy}`;
const listed = {
  all: { ids: inOrder('notifications.ids', idsIn, ''), rows: inOrder('notifications.list', rowsIn, '') },
  unread: {
    ids: inOrder('notifications.unreadIds', idsIn, unread),
    rows: inOrder('notifications.unread', rowsIn, unread),
  },
};
const countUnread = statement(
  'notifications.count',
  `SELECT count(*) AS unread ${own(unread, String(limits.unreadCountMax))} ${seen}`,
);

interface Row {
  readonly project_id: string | null;
  readonly ticket_key: string | null;
  readonly title: string | null;
  readonly conversation_id: string | null;
  readonly conversation_kind: ConversationKind | null;
  readonly conversation_name: string | null;
  readonly webhook_url: string | null;
  readonly excerpt: string | null;
  readonly actor_name: string | null;
}

/** How many of the newest are unread and may be seen; stops at `limits.unreadCountMax`. */
export async function unreadCountOf(run: RunStatement, userId: string): Promise<number> {
  const [row] = await run<{ unread: number | string }>(countUnread, [userId]);
  return Number(row?.unread ?? 0);
}

/** The caller's own notifications, newest first unless `sort` says otherwise, as they may see them now. */
export async function listNotifications(
  db: Database,
  actor: Actor,
  { unreadOnly, sort, limit, cursor }: z.output<typeof ListNotificationsInput>,
): Promise<NotificationPage> {
  const which = listed[unreadOnly ? 'unread' : 'all'];
  const { statement: idsOf, values, cursorOf } = which.ids(sort, cursor);
  const { statement: rowsOf } = which.rows(sort, cursor);
  const [found, shown, unreadCount] = await Promise.all([
    db.all<{ id: string }>(idsOf, [actor.userId, limit + 1, ...values]),
    db.all<Row>(rowsOf, [actor.userId, limit, ...values]),
    unreadCountOf(db.all, actor.userId),
  ]);
  const { nextCursor } = toPage(found, limit, cursorOf, ({ id }) => id);
  return { items: shown.map(present), nextCursor, unreadCount };
}

function present({ project_id: projectId, ticket_key: key, title, excerpt, actor_name, ...rest }: Row): Presented {
  const { conversation_id: conversationId, conversation_kind: kind, conversation_name: name, ...other } = rest;
  const { webhook_url: url, ...columns } = other;
  const row = decodeRow(Notification, columns);
  return {
    id: row.id,
    userId: row.userId,
    kind: row.kind,
    createdAt: row.createdAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
    projectId,
    ticketId: row.ticketId,
    ticket: row.ticketId === null ? null : { id: row.ticketId, key: key ?? '', title: title ?? '' },
    commentId: row.commentId,
    messageId: row.messageId,
    conversation: conversationId === null || kind === null ? null : { id: conversationId, kind, name },
    webhook: row.webhookId === null || url === null ? null : { id: row.webhookId, host: new URL(url).host },
    excerpt,
    actor: row.actorId === null ? null : { id: row.actorId, name: actor_name ?? '' },
    seq: row.seq,
    dueDate: row.dueOn,
  };
}

const findPreferences = statement(
  'notifications.preferences',
  'SELECT kind, in_app, email FROM notification_preferences WHERE user_id = $1',
);

/** All kinds, each as the person wants it: everything, unless they said otherwise. */
export async function preferencesOf(run: RunStatement, userId: string): Promise<NotificationPreference[]> {
  type Said = { kind: NotificationKind; in_app: boolean | number; email: boolean | number };
  const rows = await run<Said>(findPreferences, [userId]);
  const said = new Map(rows.map((row) => [row.kind, row]));
  return notificationKinds.map((kind) => {
    const { in_app, email } = said.get(kind) ?? { in_app: true, email: true };
    return { kind, inApp: Boolean(in_app), email: Boolean(email) };
  });
}
