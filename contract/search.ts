import { z } from 'zod';
import { searchKinds } from './enums.js';
import { Id, Instant, listInput, page } from './text.js';
import { SearchText } from './ticketInputs.js';
import { TicketKey, TicketStatus } from './ticket.js';

export const SearchKind = z.enum(searchKinds);
export type SearchKind = z.infer<typeof SearchKind>;

/**
 * `text`: words, `"phrases"`, `prefixes*`, and what narrows, as `status:open assignee:me`; see `parseSearchQuery`. Comments and messages are found
 * by their words, so a text that only narrows finds tickets. What narrows tickets leaves of messages those said at tickets. Without `kinds`: all
 * of them.
 */
export const SearchInput = listInput({
  text: SearchText,
  projectId: Id.optional(),
  kinds: z.array(SearchKind).min(1).max(searchKinds.length).optional(),
});
export type SearchInput = z.output<typeof SearchInput>;

/** A piece of a text; `isHit` where it is what was looked for. */
export const TextPiece = z.object({ text: z.string(), isHit: z.boolean() });
export type TextPiece = z.infer<typeof TextPiece>;

const Author = z.object({ id: Id, name: z.string() });
const TicketHit = z.object({
  kind: SearchKind.exclude(['MESSAGE']),
  /** Of the ticket or of the comment. */
  id: Id,
  ticketId: Id,
  projectId: Id,
  key: TicketKey,
  status: TicketStatus,
  /** The ticket's title, whole. */
  title: z.array(TextPiece),
  /** Where the description, the comment or the message holds what was looked for, else its beginning: some 200 characters. */
  excerpt: z.array(TextPiece),
  /** Who wrote the comment. */
  author: Author.nullable(),
  /** When the ticket was changed last, or the comment or the message written. */
  at: Instant,
});
/** `ticketId`, `key` and `status`: null but of a ticket's conversation. `projectId`: null where people talk directly. */
const MessageHit = TicketHit.extend({
  kind: SearchKind.extract(['MESSAGE']),
  conversationId: Id,
  ticketId: Id.nullable(),
  projectId: Id.nullable(),
  key: TicketKey.nullable(),
  status: TicketStatus.nullable(),
  /** The ticket's or the channel's, whole; empty where people talk directly. */
  title: z.array(TextPiece),
  author: Author,
});
export type MessageHit = z.infer<typeof MessageHit>;
export const SearchHit = z.discriminatedUnion('kind', [TicketHit, MessageHit]);
export type SearchHit = z.infer<typeof SearchHit>;
/** Tickets with all the words in their titles first, then other tickets, then comments, then messages; in each the newest first. The last page may be empty. */
export const SearchPage = page(SearchHit);
