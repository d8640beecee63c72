import type { z } from 'zod';
import type { CreateAttachmentInput, CreatedAttachment } from '../../../../contract/attachment.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import { canSeeComment } from '../../comments/comments.policy.js';
import type { Deps } from '../../deps.js';
import { loadTicket, type LoadedTicket } from '../../tickets/loadTicket.js';
import { insertAttachment } from '../attachmentWrites.js';
import { canAttachTo } from '../attachments.policy.js';
import { presentAttachment, type AttachmentRow } from '../attachments.queries.js';
import { signFileUrl } from '../fileTokens.js';
import { takeRoom } from '../projectStorage.js';

type Input = z.output<typeof CreateAttachmentInput>;

/**
 * Announces a file and gives the address to send it to. Nobody is told of it before it has come; what does not come within an
 * hour is forgotten. A repeat under the same key gives the same attachment with a new address.
 * @throws NOT_FOUND no such ticket for this actor; BAD_INPUT the comment is not one of this ticket that the actor sees; FORBIDDEN
 * see `canAttachTo`; CAPACITY_EXCEEDED the project has no room for it.
 */
export async function createAttachment(deps: Deps, actor: Actor, input: Input): Promise<CreatedAttachment> {
  const attachment = await inUnitOfWork(deps, { actor, procedure: 'attachments.create', input }, async (unit) => {
    const ticket = await loadTicket(unit, actor, input.ticketId);
    const visibility = await visibilityOf(unit, actor, ticket, input.commentId);
    await takeRoom(unit, ticket.row.projectId, input.size, deps.files.quotaBytes);
    const row: AttachmentRow = { ...announced(unit, actor, input), visibility };
    unit.send(insertAttachment.statement, insertAttachment.values(row));
    return presentAttachment(row);
  });
  // Made again for a repeat and not part of the stored reply: what opens the door is nowhere kept.
  const { url, expiresAt } = await signFileUrl(deps, actor, { attachmentId: attachment.id, action: 'put' });
  return { attachment, uploadUrl: url, expiresAt };
}

const announced = (unit: UnitOfWork, actor: Actor, input: Input): Omit<AttachmentRow, 'visibility'> => ({
  id: newId(),
  ticketId: input.ticketId,
  commentId: input.commentId ?? null,
  filename: input.filename,
  contentType: null,
  size: input.size,
  sha256: input.sha256,
  state: 'PENDING',
  fileKey: null,
  uploadedBy: actor.userId,
  uploadedByName: actor.name,
  deletedAt: null,
  deletedBy: null,
  deleteReason: null,
  createdAt: unit.at,
  updatedAt: unit.at,
});

const findComment = statement(
  'attachments.comment',
  'SELECT ticket_id, user_id, visibility FROM comments WHERE id = $1 AND deleted_at IS NULL',
);

async function visibilityOf(
  unit: UnitOfWork,
  actor: Actor,
  { row, standing }: LoadedTicket,
  commentId: string | undefined,
): Promise<AttachmentRow['visibility']> {
  if (commentId === undefined) return 'PUBLIC';
  type Found = { ticket_id: string; user_id: string; visibility: AttachmentRow['visibility'] };
  const [comment] = await unit.all<Found>(findComment, [commentId]);
  if (comment?.ticket_id !== row.id || !canSeeComment(standing, comment.visibility))
    throw new AppError('BAD_INPUT', 'This is not a comment of this ticket.', { field: 'commentId' });
  demand(canAttachTo(actor, standing, { userId: comment.user_id }));
  return comment.visibility;
}
