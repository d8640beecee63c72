import type { Attachment as Presented } from '../../../contract/attachment.js';
import { Attachment } from '../../db/models/Attachment.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { envelopeOf } from '../comments/commentWrites.js';
import { loadTicket, type LoadedTicket } from '../tickets/loadTicket.js';
import { asOfAttachment, demandSeen, readAttachment, type AttachmentRow } from './attachments.queries.js';

export const insertAttachment = insertRow(Attachment, [
  'id',
  'ticketId',
  'commentId',
  'filename',
  'size',
  'sha256',
  'state',
  'uploadedBy',
  'createdAt',
  'updatedAt',
]);
export const updateAttachment = updateRow(Attachment, [
  'contentType',
  'state',
  'fileKey',
  'updatedAt',
  'deletedAt',
  'deletedBy',
  'deleteReason',
]);

/** Whoever lets go of a file leaves it to the sweep, which asks whether others have it. */
export const releaseFile = statement('files.release', 'UPDATE stored_files SET released_at = $2 WHERE id = $1');

/**
 * An attachment under the lock of its ticket, announced ones too.
 * @throws NOT_FOUND missing, foreign, internal to a customer, or deleted.
 */
export async function loadAttachment(
  unit: UnitOfWork,
  actor: Actor,
  attachmentId: string,
): Promise<{ attachment: AttachmentRow; ticket: LoadedTicket }> {
  const { ticketId } = await readAttachment(unit.all, attachmentId);
  const ticket = await loadTicket(unit, actor, ticketId).catch(asOfAttachment);
  const attachment = await readAttachment(unit.all, attachmentId);
  demandSeen(ticket.standing, attachment);
  return { attachment, ticket };
}

/** An attachment in the audit log: as one that has come. */
export const attachmentEntry = ({ id }: AttachmentRow, { row }: LoadedTicket) =>
  ({ entity: 'ATTACHMENT', entityId: id, projectId: row.projectId }) as const;

type AttachmentEvent = 'attachment.added' | 'attachment.removed';

/** Those of internal comments are told to the team only. */
export const appendAttachment = (
  unit: UnitOfWork,
  type: AttachmentEvent,
  ticket: LoadedTicket,
  attachment: Presented,
  seq: number,
): void => unit.record.append({ ...envelopeOf(ticket, attachment.visibility, seq), type, payload: { attachment } });
