import type { AttachmentReply } from '../../../../contract/attachment.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { appendAttachment, attachmentEntry, loadAttachment, updateAttachment } from '../attachmentWrites.js';
import { presentAttachment, type AttachmentRow } from '../attachments.queries.js';

// Locks the row until COMMIT, whoever made it: the sweep, which asks under the same lock, sees that it is in use.
const keepFile = statement(
  'files.keep',
  `INSERT INTO stored_files (id, sha256, size, content_type, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
   ON CONFLICT (sha256) DO UPDATE SET updated_at = excluded.updated_at RETURNING id, content_type`,
);

/** Bytes that lie in the storage, checked against what was announced. */
interface Arrived {
  readonly fileId: string;
  readonly contentType: string;
}

export const uploadedAlready = (): AppError =>
  new AppError('CONFLICT', 'The bytes of this attachment have come already.');

/**
 * Makes an announced attachment one that everybody sees. When the same bytes are there already it takes those; `isKept` tells
 * whether the new ones are needed.
 * @throws NOT_FOUND no such attachment for this actor (any more); CONFLICT its bytes have come already, or the project is archived.
 */
export function completeUpload(
  deps: Deps,
  actor: Actor,
  attachmentId: string,
  { fileId, contentType }: Arrived,
): Promise<{ attachment: AttachmentReply; isKept: boolean }> {
  return inUnitOfWork(deps, { actor, procedure: 'attachments.complete', input: {} }, async (unit) => {
    const { attachment: before, ticket } = await loadAttachment(unit, actor, attachmentId);
    if (before.state !== 'PENDING') throw uploadedAlready();
    const values = [fileId, before.sha256, before.size, contentType, unit.at];
    const [file] = await unit.all<{ id: string; content_type: string }>(keepFile, values);
    if (!file) throw new Error('a stored file without a row');
    const row: AttachmentRow = {
      ...before,
      state: 'READY',
      fileKey: file.id,
      contentType: file.content_type,
      updatedAt: unit.at,
    };
    const { seq } = await unit.record.number(ticket.row.projectId, { events: 1 });
    unit.send(updateAttachment.statement, updateAttachment.values(row));
    unit.record.audit({ ...attachmentEntry(row, ticket), action: 'CREATED', after: row });
    const attachment = presentAttachment(row);
    appendAttachment(unit, 'attachment.added', ticket, attachment, seq);
    return { attachment: { ...attachment, seq }, isKept: file.id === fileId };
  });
}
