import type { FeedEventPayloads } from '../../../contract/event.js';
import type { NotificationKind } from '../../../contract/notification.js';
import type { ProjectRole } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import { Notification } from '../../db/models/Notification.js';
import { insertRow, sendRows } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { personOf, type Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import type { Deps } from '../deps.js';
import type { ConversationRow } from '../conversations/conversations.present.js';
import type { Reader } from './notifications.policy.js';

/** What somebody is to be told. */
export interface News {
  readonly userId: string;
  readonly kind: NotificationKind;
  /** Null for what is said in a channel or directly, and for what is of no ticket. */
  readonly ticket: {
    readonly id: string;
    readonly key: string;
    readonly title: string;
    readonly projectId: string;
    readonly reporterId: string;
  } | null;
  readonly comment?: { readonly id: string; readonly visibility: 'PUBLIC' | 'INTERNAL' };
  readonly message?: {
    readonly id: string;
    readonly conversation: Pick<ConversationRow, 'id' | 'name' | 'projectId' | 'isPrivate'>;
  };
  readonly seq?: number | null;
  readonly dueOn?: string;
  /** What was turned off: of the kind WEBHOOK_DISABLED. */
  readonly webhook?: { readonly id: string; readonly host: string; readonly projectId: string };
  /** What a rule says, and which: of the kind RULE. */
  readonly rule?: { readonly id: string; readonly note: string };
}

/** By which ways somebody is to be told of a kind. */
export type Wishes = (userId: string, kind: NotificationKind) => { readonly inApp: boolean; readonly email: boolean };
const wishKey = (userId: string, kind: NotificationKind): string => `${userId} ${kind}`;

const findWishes = statement(
  'notifications.wishes',
  (d) => `SELECT user_id, kind, in_app, email FROM notification_preferences WHERE ${d.anyOf('user_id', '$1')}`,
);

/**
 * What these people want: everything, unless they said otherwise; nobody waits for a mail where none is sent. Ask for it beside
 * something that is waited for anyway: then it costs no journey.
 */
export async function wishesOf(
  { mail }: Pick<Deps, 'mail'>,
  { all }: Pick<UnitOfWork, 'all'>,
  userIds: readonly string[],
): Promise<Wishes> {
  type Row = { user_id: string; kind: NotificationKind; in_app: boolean | number; email: boolean | number };
  const rows = userIds.length === 0 ? [] : await all<Row>(findWishes, [[...new Set(userIds)]]);
  const said = new Map(rows.map((row) => [wishKey(row.user_id, row.kind), row]));
  return (userId, kind) => {
    const { in_app, email } = said.get(wishKey(userId, kind)) ?? { in_app: true, email: true };
    return { inApp: Boolean(in_app), email: Boolean(email) && mail !== null };
  };
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
  ...(['id', 'userId', 'kind', 'ticketId', 'commentId', 'messageId', 'actorId', 'seq', 'dueOn', 'inApp'] as const),
  ...(['ruleId', 'note', 'webhookId', 'awaitsMail', 'createdAt', 'updatedAt'] as const),
]);

/**
 * Writes what people are to be told, and tells their own streams, as they want it. Whether they may be told is the caller's to
 * decide; nobody is told of what they did themselves.
 */
export function notify(unit: UnitOfWork, actor: Actor, wishes: Wishes, news: readonly News[]): void {
  const told = news
    .filter(({ userId }) => userId !== actor.userId)
    .map((one) => ({ ...one, id: newId(), ...wishes(one.userId, one.kind) }));
  const rows = told.map(
    ({ id, userId, kind, ticket, comment, message, seq = null, dueOn = null, rule, webhook, inApp, email }) => ({
      id,
      userId,
      kind,
      ticketId: ticket?.id ?? null,
      commentId: comment?.id ?? null,
      messageId: message?.id ?? null,
      actorId: personOf(actor),
      seq,
      dueOn,
      ruleId: rule?.id ?? null,
      note: rule?.note ?? null,
      webhookId: webhook?.id ?? null,
      inApp,
      awaitsMail: email,
      createdAt: unit.at,
      updatedAt: unit.at,
    }),
  );
  sendRows(unit, insertNotification, rows);
  for (const one of told.filter(({ inApp }) => inApp))
    unit.record.notify({
      userId: one.userId,
      type: 'notification.added',
      projectId: projectOf(one),
      ticketId: one.ticket?.id ?? null,
      payload: payloadOf(one),
    });
}

const projectOf = ({ ticket, message, webhook }: News): string | null =>
  ticket?.projectId ?? message?.conversation.projectId ?? webhook?.projectId ?? null;

function payloadOf(news: News & { readonly id: string }): FeedEventPayloads['notification.added'] {
  const { id, userId, kind, ticket, comment, message, webhook, dueOn } = news;
  const isPromise = kind === 'SLA_WARNED' || kind === 'SLA_BREACHED';
  const isOfOthers = isPromise || (ticket ? ticket.reporterId !== userId : projectOf(news) !== null);
  return {
    notificationId: id,
    kind,
    ticket: ticket && { id: ticket.id, key: ticket.key, title: ticket.title },
    commentId: comment?.id ?? null,
    dueDate: dueOn ?? null,
    isAmongStaff: comment?.visibility === 'INTERNAL' || isOfOthers,
    ...(message && { messageId: message.id, conversation: conversationRef(message) }),
    ...(webhook && { webhook: { id: webhook.id, host: webhook.host } }),
  };
}

const conversationRef = ({ conversation: { id, name, isPrivate } }: NonNullable<News['message']>) => ({
  id,
  name,
  isPrivate,
});
