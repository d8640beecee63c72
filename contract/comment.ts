import { z } from 'zod';
import { visibilities } from './enums.js';
import { ExpectedVersion, Id, Instant, listInput, mutationInput, OldestFirst, page, text } from './text.js';
import { limits } from './limits.js';

export { visibilities };
export const Visibility = z.enum(visibilities);

export const Comment = z.object({
  id: Id,
  ticketId: Id,
  userId: Id,
  userName: z.string(),
  content: z.string(),
  visibility: Visibility,
  parentId: Id.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  deletedAt: Instant.nullable(),
});
export type Comment = z.infer<typeof Comment>;
export const CommentReply = Comment.extend({ seq: z.int() });
export type CommentReply = z.infer<typeof CommentReply>;

const Content = text(limits.textLength);
export const ListCommentsInput = listInput({ ticketId: Id, sort: OldestFirst });
export const CommentPage = page(Comment);
export const CreateCommentInput = mutationInput({
  ticketId: Id,
  content: Content,
  visibility: Visibility.default('PUBLIC'),
  parentId: Id.optional(),
});
export const UpdateCommentInput = mutationInput({
  commentId: Id,
  patch: z.strictObject({ content: Content, visibility: Visibility }).partial(),
  expectedVersion: ExpectedVersion,
});
export const DeleteCommentInput = mutationInput({ commentId: Id, reason: text(limits.reasonLength).optional() });
