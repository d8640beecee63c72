import { z } from 'zod';
import type { ConversationEvent, FeedEvent, ProjectEvent } from './event.js';
import { limits } from './limits.js';
import type { PresenceItem } from './presence.js';
import { Id } from './text.js';

/** What is no cursor of the stream is told by a resync, a live query's long one too. */
export const LastEventId = z.string().max(limits.queryCursorLength).optional();
export const LiveProjectInput = z.strictObject({ projectId: Id, lastEventId: LastEventId });
/** `presence`: whether the caller is seen at the ticket, and sees who else is; not when false. */
export const LiveTicketInput = z.strictObject({
  ticketId: Id,
  presence: z.boolean().default(true),
  lastEventId: LastEventId,
});
/** `presence`: as for a ticket. */
export const LiveConversationInput = z.strictObject({
  conversationId: Id,
  presence: z.boolean().default(true),
  lastEventId: LastEventId,
});
export const LiveMeInput = z.strictObject({ lastEventId: LastEventId }).optional();

/** Why a cursor could not be continued: the client reloads and follows from there. */
export type ResyncReason = 'UNKNOWN_CURSOR' | 'OTHER_EPOCH' | 'PAST_RETENTION' | 'TICKET_MOVED';

/** One item of a stream. `ready`: everything up to `seq` has been sent, what follows is live. */
export type LiveItem<Event> =
  Event | { kind: 'ready'; seq: number } | { kind: 'resync'; reason: ResyncReason; seq: number };
export type ProjectItem = LiveItem<ProjectEvent>;
export type TicketItem = LiveItem<ProjectEvent | PresenceItem>;
export type FeedItem = LiveItem<FeedEvent>;
export type ConversationItem = LiveItem<ConversationEvent | PresenceItem>;
