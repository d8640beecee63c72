import { z } from 'zod';
import { notificationKinds } from './enums.js';
import { limits } from './limits.js';
import { count, Id, Instant, listInput, mutationInput, page } from './text.js';

export { notificationKinds };
export const NotificationKind = z.enum(notificationKinds);
export type NotificationKind = z.infer<typeof NotificationKind>;

/** A comment names people as `@[Name](userId)`: the id says who is meant, the name is what the writer saw. */
const MENTION = /@\[[^[\]\n]{1,120}\]\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/gi;

/** Who is named in a comment, each once, in the order of their naming; `limits.mentionsMax` at most. */
export const mentionsIn = (content: string): string[] =>
  [...new Set([...content.matchAll(MENTION)].map(([, id]) => (id ?? '').toLowerCase()))].slice(0, limits.mentionsMax);

/** Told to one person. What it names is as it is now, and left out once they may not see it. */
export const Notification = z.object({
  id: Id,
  kind: NotificationKind,
  createdAt: Instant,
  readAt: Instant.nullable(),
  projectId: Id,
  ticket: z.object({ id: Id, key: z.string(), title: z.string() }),
  commentId: Id.nullable(),
  /** The comment's beginning. */
  excerpt: z.string().nullable(),
  /** Null when time itself is the cause. */
  actor: z.object({ id: Id, name: z.string() }).nullable(),
  /** Of the event of the ticket's project then that caused it; null when none did. */
  seq: z.int().nullable(),
  /** Of what is due soon. */
  dueDate: z.string().nullable(),
});
export type Notification = z.infer<typeof Notification>;

/** Newest first. A page may hold less than `limit` and yet not be the last: what may not be seen any more is left out. */
export const ListNotificationsInput = listInput({ unreadOnly: z.boolean().default(false) });
/** `unreadCount` stops at `limits.unreadCountMax`. */
export const NotificationPage = page(Notification).extend({ unreadCount: count });
export type NotificationPage = z.infer<typeof NotificationPage>;

/** Those of these ids that are the caller's, or all up to and with `until`: the id of the newest that was seen. */
export const MarkReadInput = mutationInput({
  ids: z.array(Id).min(1).max(limits.pageSizeMax).optional(),
  until: Id.optional(),
}).refine(({ ids, until }) => (ids === undefined) !== (until === undefined), 'wants either ids or until');
export const MarkReadReply = z.object({ read: count, unreadCount: count });

/** How somebody wants to be told of a kind. */
export const NotificationPreference = z.object({ kind: NotificationKind, inApp: z.boolean() });
export type NotificationPreference = z.infer<typeof NotificationPreference>;
export const NotificationPreferences = z.object({ items: z.array(NotificationPreference) });
export const UpdatePreferenceInput = mutationInput({
  kind: NotificationKind,
  patch: z.strictObject({ inApp: z.boolean() }).partial(),
});
