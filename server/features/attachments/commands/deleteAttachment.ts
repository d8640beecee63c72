import type { z } from 'zod';
import type { AttachmentReply, DeleteAttachmentInput } from '../../../../contract/attachment.js';
import { goneFor } from '../../../db/auditTrail.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import {
  appendAttachment,
  attachmentEntry,
  loadAttachment,
  releaseFile,
  updateAttachment,
} from '../attachmentWrites.js';
import { canRemoveAttachment } from '../attachments.policy.js';
import { presentAttachment, type AttachmentRow } from '../attachments.queries.js';
import { giveRoomBack } from '../projectStorage.js';

/**
 * Removes an attachment. Its row stays, with who removed it and why; its bytes go at the next sweep unless another attachment has the same.
 * @throws NOT_FOUND no such attachment for this actor, or its bytes have not come; FORBIDDEN see `canRemoveAttachment`.
 */
export function deleteAttachment(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteAttachmentInput>,
): Promise<AttachmentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'attachments.delete', input }, async (unit) => {
    const { attachment: before, ticket } = await loadAttachment(unit, actor, input.attachmentId);
    if (before.fileKey === null) throw notFound('attachment');
    demand(canRemoveAttachment(actor, ticket.standing, before));
    const gone = { deletedAt: unit.at, deletedBy: actor.userId, deleteReason: input.reason ?? null };
    const row: AttachmentRow = { ...before, ...gone, fileKey: null, updatedAt: unit.at };
    unit.send(updateAttachment.statement, updateAttachment.values(row));
    unit.record.audit({ ...attachmentEntry(row, ticket), action: 'DELETED', before, ...goneFor(row.deleteReason) });
    unit.send(releaseFile, [before.fileKey, unit.at]);
    giveRoomBack(unit, ticket.row.projectId, before.size);
    const { seq } = await unit.record.number(ticket.row.projectId, { events: 1 });
    const attachment = presentAttachment(row);
    appendAttachment(unit, 'attachment.removed', ticket, attachment, seq);
    return { ...attachment, seq };
  });
}
