import { z } from 'zod';
import { Id, Instant, listInput, mutationInput, OldestFirst, page, text } from './text.js';
import { limits } from './limits.js';

/** A deleted one keeps its place, without its words. */
export const Message = z.object({
  id: Id,
  conversationId: Id,
  authorId: Id,
  authorName: z.string(),
  /** The message that begins the thread it is in; null when it is in none, or begins one. */
  parentId: Id.nullable(),
  content: z.string(),
  isEdited: z.boolean(),
  editedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  deletedAt: Instant.nullable(),
});
export type Message = z.infer<typeof Message>;
/** `seq` is that of the event in the project; of a DIRECT conversation null, since each who talks has a number of their own for it. */
export const MessageReply = Message.extend({ seq: z.int().nullable() });
export type MessageReply = z.infer<typeof MessageReply>;

const Content = text(limits.textLength);
/** Those in threads too. */
export const ListMessagesInput = listInput({ conversationId: Id, sort: OldestFirst });
export const MessagePage = page(Message);
/** The thread that the message begins or is in: what begins it, and a page of the answers. */
export const GetThreadInput = listInput({ messageId: Id, sort: OldestFirst });
export const ThreadPage = MessagePage.extend({ root: Message });
export type ThreadPage = z.infer<typeof ThreadPage>;
/** `parentId` answers in the thread of that message, which is in none itself. */
export const PostMessageInput = mutationInput({ conversationId: Id, content: Content, parentId: Id.optional() });
export const EditMessageInput = mutationInput({ messageId: Id, content: Content });
export const DeleteMessageInput = mutationInput({ messageId: Id, reason: text(limits.reasonLength).optional() });
