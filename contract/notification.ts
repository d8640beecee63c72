import { z } from 'zod';
import { ConversationKind } from './conversation.js';
import { notificationKinds } from './enums.js';
import { limits } from './limits.js';
import { count, Id, Instant, LatestFirst, listInput, mutationInput, page } from './text.js';

export { notificationKinds };
export const NotificationKind = z.enum(notificationKinds);
export type NotificationKind = z.infer<typeof NotificationKind>;

/** A comment or a message names people as `@[Name](userId)`: the id says who is meant, the name is what the writer saw. */
const MENTION = /@\[([^[\]\n]{1,120})\]\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/gi;

/** Who is named in a text, each once, in the order of their naming; `limits.mentionsMax` at most. */
export const mentionsIn = (content: string): string[] =>
  [...new Set([...content.matchAll(MENTION)].map(([, , id]) => (id ?? '').toLowerCase()))].slice(0, limits.mentionsMax);

/** The same text for readers: who is named in it stands there as `@Name`. */
export const withNames = (content: string): string => content.replaceAll(MENTION, '@$1');

/** Told to one person. What it names is as it is now, and left out once they may not see it. */
export const Notification = z.object({
  id: Id,
  /** Whom it tells: the caller. */
  userId: Id,
  kind: NotificationKind,
  createdAt: Instant,
  readAt: Instant.nullable(),
  /** Null for what was said directly. */
  projectId: Id.nullable(),
  /** Null for what was said in a channel or directly, and for what is of no ticket. */
  ticketId: Id.nullable(),
  ticket: z.object({ id: Id, key: z.string(), title: z.string() }).nullable(),
  commentId: Id.nullable(),
  messageId: Id.nullable(),
  /** Where the message was said. */
  conversation: z.object({ id: Id, kind: ConversationKind, name: z.string().nullable() }).nullable(),
  /** What was turned off, since nothing gets through to it. */
  webhook: z.object({ id: Id, host: z.string() }).nullable(),
  /** The beginning of the comment or the message, or what a rule says. */
  excerpt: z.string().nullable(),
  /** Null when time itself is the cause. */
  actor: z.object({ id: Id, name: z.string() }).nullable(),
  /** Of the event of the project then that caused it; null when none did. */
  seq: z.int().nullable(),
  /** Of what is due soon. */
  dueDate: z.string().nullable(),
});
export type Notification = z.infer<typeof Notification>;

/** A page may hold less than `limit` and yet not be the last: what may not be seen any more is left out. */
export const ListNotificationsInput = listInput({ unreadOnly: z.boolean().default(false), sort: LatestFirst });
/** `unreadCount` stops at `limits.unreadCountMax`. */
export const NotificationPage = page(Notification).extend({ unreadCount: count });
export type NotificationPage = z.infer<typeof NotificationPage>;

/** Those of these ids that are the caller's, or all up to and with `until`: the id of the newest that was seen. */
export const MarkReadInput = mutationInput({
  ids: z.array(Id).min(1).max(limits.pageSizeMax).optional(),
  until: Id.optional(),
}).refine(({ ids, until }) => (ids === undefined) !== (until === undefined), 'wants either ids or until');
export const MarkReadReply = z.object({ read: count, unreadCount: count });

/** How somebody wants to be told of a kind: by what the board shows, by e-mail, by both or not at all. */
export const NotificationPreference = z.object({ kind: NotificationKind, inApp: z.boolean(), email: z.boolean() });
export type NotificationPreference = z.infer<typeof NotificationPreference>;
export const NotificationPreferences = z.object({ items: z.array(NotificationPreference) });
export const UpdatePreferenceInput = mutationInput({
  kind: NotificationKind,
  patch: z.strictObject({ inApp: z.boolean(), email: z.boolean() }).partial(),
});
