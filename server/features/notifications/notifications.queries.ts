import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import {
  notificationKinds,
  type ListNotificationsInput,
  type Notification as Presented,
  type NotificationKind,
  type NotificationPage,
  type NotificationPreference,
} from '../../../contract/notification.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Notification } from '../../db/models/Notification.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, toPage } from '../keysetPage.js';

// What the person may see now: their own notifications `n` whose ticket, and comment, are theirs to see.
const seen = `JOIN tickets t ON t.id = n.ticket_id AND t.deleted_at IS NULL
   JOIN users u ON u.id = n.user_id
   LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = n.user_id
   LEFT JOIN comments c ON c.id = n.comment_id
   WHERE (n.comment_id IS NULL OR c.deleted_at IS NULL) AND (
     u.role = 'ADMIN' OR m.role IN ('LEAD', 'MEMBER')
     OR (m.role = 'CUSTOMER' AND t.reporter_id = n.user_id AND (n.comment_id IS NULL OR c.visibility = 'PUBLIC')))`;
const unread = 'AND o.read_at IS NULL';
// The page is cut before it is looked at: what may not be seen any more cannot make it dear.
const own = (which: string, limit: string) =>
  `FROM (SELECT o.* FROM notifications o WHERE o.user_id = $1 AND o.in_app ${which} ORDER BY o.id DESC LIMIT ${limit}) n`;
const told = `n.*, t.project_id, t.key AS ticket_key, t.title, substr(c.content, 1, ${limits.excerptLength}) AS excerpt,
   a.name AS actor_name`;
const listed = (which: string) => ({
  ids: `SELECT n.id ${own(`AND o.id < $2 ${which}`, '$3')} ORDER BY n.id DESC`,
  rows: `SELECT ${told} ${own(`AND o.id < $2 ${which}`, '$3')} LEFT JOIN users a ON a.id = n.actor_id ${seen} ORDER BY n.id DESC`,
});
const all = listed('');
const onlyUnread = listed(unread);
const statements = {
  all: { ids: statement('notifications.ids', all.ids), rows: statement('notifications.list', all.rows) },
  unread: {
    ids: statement('notifications.unreadIds', onlyUnread.ids),
    rows: statement('notifications.unread', onlyUnread.rows),
  },
};
const countUnread = statement(
  'notifications.count',
  `SELECT count(*) AS unread ${own(unread, String(limits.unreadCountMax))} ${seen}`,
);

interface Row {
  readonly project_id: string;
  readonly ticket_key: string;
  readonly title: string;
  readonly excerpt: string | null;
  readonly actor_name: string | null;
}

/** How many of the newest are unread and may be seen; stops at `limits.unreadCountMax`. */
export async function unreadCountOf(run: RunStatement, userId: string): Promise<number> {
  const [row] = await run<{ unread: number | string }>(countUnread, [userId]);
  return Number(row?.unread ?? 0);
}

/** After every id. */
const END = 'g';

/** The caller's own notifications, newest first, as they may see them now. */
export async function listNotifications(
  db: Database,
  actor: Actor,
  { unreadOnly, limit, cursor }: z.output<typeof ListNotificationsInput>,
): Promise<NotificationPage> {
  const [before = END] = decodeCursor(cursor, ['string']) ?? [];
  const { ids, rows } = statements[unreadOnly ? 'unread' : 'all'];
  const [found, shown, unreadCount] = await Promise.all([
    db.all<{ id: string }>(ids, [actor.userId, before, limit + 1]),
    db.all<Row>(rows, [actor.userId, before, limit]),
    unreadCountOf(db.all, actor.userId),
  ]);
  const { nextCursor } = toPage(
    found,
    limit,
    ({ id }) => [id],
    ({ id }) => id,
  );
  return { items: shown.map(present), nextCursor, unreadCount };
}

function present(raw: Row): Presented {
  const { project_id: projectId, ticket_key: key, title, excerpt, actor_name, ...columns } = raw;
  const row = decodeRow(Notification, columns);
  return {
    id: row.id,
    kind: row.kind,
    createdAt: row.createdAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
    projectId,
    ticket: { id: row.ticketId, key, title },
    commentId: row.commentId,
    excerpt,
    actor: row.actorId === null ? null : { id: row.actorId, name: actor_name ?? '' },
    seq: row.seq,
    dueDate: row.dueOn,
  };
}

const findPreferences = statement(
  'notifications.preferences',
  'SELECT kind, in_app FROM notification_preferences WHERE user_id = $1',
);

/** All kinds, each as the person wants it: everything, unless they said otherwise. */
export async function preferencesOf(run: RunStatement, userId: string): Promise<NotificationPreference[]> {
  const rows = await run<{ kind: NotificationKind; in_app: boolean | number }>(findPreferences, [userId]);
  const said = new Map(rows.map(({ kind, in_app }) => [kind, Boolean(in_app)]));
  return notificationKinds.map((kind) => ({ kind, inApp: said.get(kind) ?? true }));
}
