import type { z } from 'zod';
import type { CommentReply, DeleteCommentInput } from '../../../../contract/comment.js';
import { goneFor } from '../../../db/auditTrail.js';
import { commentIndex } from '../../../db/textIndex.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { removeAttachmentsOf } from '../../attachments/removeAttachmentsOf.js';
import type { Deps } from '../../deps.js';
import {
  appendComment,
  commentEntry,
  loadComment,
  updateComment as writeComment,
  withdrawComment,
} from '../commentWrites.js';
import { canChangeComment } from '../comments.policy.js';
import { presentComment } from '../comments.queries.js';

/**
 * Withdraws a comment: its place in the thread stays, its words are shown to nobody, and what was attached to it is gone. Why is for the audit
 * log alone.
 * @throws NOT_FOUND no such comment for this actor; FORBIDDEN see `canChangeComment`.
 */
export function deleteComment(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteCommentInput>,
): Promise<CommentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'comments.delete', input }, async (unit) => {
    const { comment: before, ticket } = await loadComment(unit, actor, input.commentId);
    demand(canChangeComment(actor, ticket.standing, before));
    const row = {
      ...before,
      version: before.version + 1,
      updatedAt: unit.at,
      deletedAt: unit.at,
      deletedBy: actor.userId,
      deleteReason: input.reason ?? null,
    };
    if (before.visibility === 'PUBLIC') await withdrawComment(unit, before);
    await removeAttachmentsOf(unit, actor, row, ticket.row.projectId);
    const { seq } = await unit.record.number(ticket.row.projectId, { events: 1 });
    unit.send(writeComment.statement, writeComment.values(row));
    commentIndex.drop(unit, deps.db.dialect, row.id);
    unit.record.audit({ ...commentEntry(row, ticket), action: 'DELETED', before, ...goneFor(row.deleteReason) });
    const comment = presentComment(row);
    appendComment(unit, 'comment.deleted', ticket, comment, seq);
    return { ...comment, seq };
  });
}
