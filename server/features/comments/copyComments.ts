import { decodeRow } from '../../db/decodeRow.js';
import { Comment } from '../../db/models/Comment.js';
import type { Dialect } from '../../db/dialect.js';
import { sendRows } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import { commentIndex } from '../../db/textIndex.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { appendComment, insertComment } from './commentWrites.js';
import { presentComment, type CommentRow } from './comments.queries.js';

const findComments = statement(
  'comments.ofTicketByIds',
  (d) => `SELECT c.*, u.name AS user_name FROM comments c JOIN users u ON u.id = c.user_id
   WHERE ${d.anyOf('c.id', '$2')} AND c.ticket_id = $1 AND c.deleted_at IS NULL ORDER BY c.created_at, c.id`,
);

/** For use under the lock of their ticket. @throws BAD_INPUT one of them is not a comment of it, or is deleted. */
export async function commentsToCopy(
  unit: UnitOfWork,
  ticketId: string,
  commentIds: readonly string[],
): Promise<CommentRow[]> {
  const wanted = [...new Set(commentIds)];
  if (wanted.length === 0) return [];
  const rows = await unit.all<{ user_name: string }>(findComments, [ticketId, wanted]);
  if (rows.length < wanted.length)
    throw new AppError('BAD_INPUT', 'Not all of these are comments of this ticket.', { field: 'commentIds' });
  return rows.map(({ user_name, ...columns }) => ({ ...decodeRow(Comment, columns), userName: user_name }));
}

/**
 * Copies comments to another ticket, which is written already: by the same people, of the same time, seen by as many. Answers
 * stay answers where what they answer is copied too.
 */
export async function copyComments(
  unit: UnitOfWork,
  dialect: Dialect,
  comments: readonly CommentRow[],
  ticket: Pick<TicketRow, 'id' | 'projectId' | 'reporterId'>,
): Promise<void> {
  if (comments.length === 0) return;
  const copyOf = new Map(comments.map(({ id }) => [id, newId()]));
  const copies = comments.map((comment): CommentRow => ({
    ...comment,
    id: copyOf.get(comment.id) ?? newId(),
    ticketId: ticket.id,
    parentId: comment.parentId === null ? null : (copyOf.get(comment.parentId) ?? null),
    version: 1,
    updatedAt: unit.at,
  }));
  const { seq } = await unit.record.number(ticket.projectId, { events: copies.length });
  // One by one: an answer needs what it answers.
  for (const copy of copies) {
    sendRows(unit, insertComment, [copy]);
    commentIndex.put(unit, dialect, { id: copy.id, placeId: ticket.projectId, text: copy.content });
  }
  copies.forEach((copy, nth) =>
    appendComment(unit, 'comment.created', { row: ticket }, presentComment(copy), seq + nth),
  );
}
