import type { z } from 'zod';
import type { CommentReply, CreateCommentInput } from '../../../../contract/comment.js';
import { newRow } from '../../../db/newRow.js';
import { commentIndex } from '../../../db/textIndex.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { noteFirstResponse } from '../../tickets/firstResponse.js';
import { loadTicket, type LoadedTicket } from '../../tickets/loadTicket.js';
import { concernedBy, tellOfComment } from '../commentNews.js';
import { appendComment, insertComment } from '../commentWrites.js';
import { demandPublic, findParent } from '../parentComment.js';
import { canComment, canSeeComment } from '../comments.policy.js';
import { presentComment, type CommentRow } from '../comments.queries.js';

type Input = z.output<typeof CreateCommentInput>;

/**
 * Adds a comment. The first public one by staff other than the reporter sets the ticket's `firstResponseAt`.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canComment`; BAD_INPUT the parent is not a comment of
 * this ticket that the actor sees, or an internal one of a public comment.
 */
export function createComment(deps: Deps, actor: Actor, input: Input): Promise<CommentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'comments.create', input }, async (unit) => {
    const ticket = await loadTicket(unit, actor, input.ticketId);
    demand(canComment(ticket.standing, input.visibility));
    const parentAuthorId =
      input.parentId === undefined ? null : await demandParent(unit, ticket, input, input.parentId);
    if (input.visibility === 'PUBLIC') await noteFirstResponse(deps, unit, actor, ticket);
    const [concerned, { seq }] = await Promise.all([
      concernedBy(deps, unit, ticket, input.content, parentAuthorId),
      unit.record.number(ticket.row.projectId, { events: 1 }),
    ]);
    const row = newComment(unit, actor, input);
    unit.send(insertComment.statement, insertComment.values(row));
    commentIndex.put(unit, deps.db.dialect, { id: row.id, placeId: ticket.row.projectId, text: row.content });
    const comment = presentComment(row);
    appendComment(unit, 'comment.created', ticket, comment, seq);
    tellOfComment(unit, actor, ticket, row, seq, concerned);
    return { ...comment, seq };
  });
}

const newComment = (unit: UnitOfWork, actor: Actor, input: Input): CommentRow => ({
  id: newId(),
  ticketId: input.ticketId,
  userId: actor.userId,
  userName: actor.name,
  content: input.content,
  visibility: input.visibility,
  parentId: input.parentId ?? null,
  ...newRow(unit.at),
});

/** Who wrote the comment that this one answers. */
async function demandParent(
  unit: UnitOfWork,
  { row, standing }: LoadedTicket,
  { visibility }: Input,
  parentId: string,
): Promise<string> {
  const parent = await findParent(unit, parentId);
  if (parent?.ticket_id !== row.id || !canSeeComment(standing, parent.visibility))
    throw new AppError('BAD_INPUT', 'The parent is not a comment of this ticket.', { field: 'parentId' });
  if (visibility === 'PUBLIC') demandPublic(parent);
  return parent.user_id;
}
