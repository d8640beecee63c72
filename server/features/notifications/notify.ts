import type { NotificationKind } from '../../../contract/notification.js';
import type { ProjectRole } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import { Notification } from '../../db/models/Notification.js';
import { insertRow, sendRows } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import type { Reader } from './notifications.policy.js';

/** What somebody is to be told. */
export interface News {
  readonly userId: string;
  readonly kind: NotificationKind;
  readonly ticket: {
    readonly id: string;
    readonly key: string;
    readonly title: string;
    readonly projectId: string;
    readonly reporterId: string;
  };
  readonly comment?: { readonly id: string; readonly visibility: 'PUBLIC' | 'INTERNAL' };
  readonly seq?: number;
  readonly dueOn?: string;
}

/** By person and kind, where it is not as by default. */
export type Wishes = ReadonlyMap<string, { readonly inApp: boolean }>;
const wishKey = (userId: string, kind: NotificationKind): string => `${userId} ${kind}`;

const findWishes = statement(
  'notifications.wishes',
  (d) => `SELECT user_id, kind, in_app FROM notification_preferences WHERE ${d.anyOf('user_id', '$1')}`,
);

/** What these people want. Ask for it beside something that is waited for anyway: then it costs no journey. */
export async function wishesOf({ all }: Pick<UnitOfWork, 'all'>, userIds: readonly string[]): Promise<Wishes> {
  if (userIds.length === 0) return new Map();
  type Row = { user_id: string; kind: NotificationKind; in_app: boolean | number };
  const rows = await all<Row>(findWishes, [[...new Set(userIds)]]);
  return new Map(rows.map((row) => [wishKey(row.user_id, row.kind), { inApp: Boolean(row.in_app) }]));
}

const findReaders = statement(
  'notifications.readers',
  (d) => `SELECT u.id, u.role, u.active, m.role AS project_role FROM users u
   LEFT JOIN project_members m ON m.project_id = $1 AND m.user_id = u.id WHERE ${d.anyOf('u.id', '$2')} ORDER BY u.id`,
);

/** These people as they stand in a project; those who do not exist are left out. */
export async function readersIn(
  { all }: Pick<UnitOfWork, 'all'>,
  projectId: string,
  userIds: readonly string[],
): Promise<Reader[]> {
  if (userIds.length === 0) return [];
  type Row = { id: string; role: UserRole; active: boolean | number; project_role: ProjectRole | null };
  const rows = await all<Row>(findReaders, [projectId, [...new Set(userIds)]]);
  return rows.map(({ id, role, active, project_role }) => ({
    userId: id,
    role,
    active: Boolean(active),
    projectRole: project_role,
  }));
}

const insertNotification = insertRow(Notification, [
  ...(['id', 'userId', 'kind', 'ticketId', 'commentId', 'actorId', 'seq', 'dueOn', 'inApp'] as const),
  ...(['createdAt', 'updatedAt'] as const),
]);

/**
 * Writes what people are to be told, and tells their own streams, as they want it. Whether they may be told is the caller's to
 * decide; nobody is told of what they did themselves.
 */
export function notify(unit: UnitOfWork, actor: Actor, wishes: Wishes, news: readonly News[]): void {
  const told = news
    .filter(({ userId }) => userId !== actor.userId)
    .map((one) => ({ ...one, id: newId(), inApp: wishes.get(wishKey(one.userId, one.kind))?.inApp ?? true }));
  const rows = told.map(({ id, userId, kind, ticket, comment, seq = null, dueOn = null, inApp }) => ({
    id,
    userId,
    kind,
    ticketId: ticket.id,
    commentId: comment?.id ?? null,
    actorId: actor.userId === '' ? null : actor.userId,
    seq,
    dueOn,
    inApp,
    createdAt: unit.at,
    updatedAt: unit.at,
  }));
  sendRows(unit, insertNotification, rows);
  for (const { id, userId, kind, ticket, comment, dueOn } of told.filter(({ inApp }) => inApp))
    unit.record.notify({
      userId,
      type: 'notification.added',
      projectId: ticket.projectId,
      ticketId: ticket.id,
      payload: {
        notificationId: id,
        kind,
        ticket: { id: ticket.id, key: ticket.key, title: ticket.title },
        commentId: comment?.id ?? null,
        dueDate: dueOn ?? null,
        isAmongStaff: comment?.visibility === 'INTERNAL' || ticket.reporterId !== userId,
      },
    });
}
