import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { releaseFile } from './attachmentWrites.js';
import { giveRoomBack } from './projectStorage.js';

const attached = statement(
  'attachments.ofComment',
  "SELECT size, file_key FROM attachments WHERE comment_id = $1 AND state = 'READY' AND deleted_at IS NULL",
);
const removeAttached = statement(
  'attachments.removeOfComment',
  `UPDATE attachments SET deleted_at = $2, deleted_by = $3, delete_reason = $4, file_key = NULL, updated_at = $2
   WHERE comment_id = $1 AND state = 'READY' AND deleted_at IS NULL`,
);

/** What was attached to a comment goes with it; the comment's own event tells of both. Under the ticket's lock. */
export async function removeAttachmentsOf(
  unit: UnitOfWork,
  actor: Actor,
  { id, deleteReason }: { readonly id: string; readonly deleteReason: string | null },
  projectId: string,
): Promise<void> {
  const rows = await unit.all<{ size: number; file_key: string }>(attached, [id]);
  if (rows.length === 0) return;
  unit.send(removeAttached, [id, unit.at, actor.userId, deleteReason]);
  for (const { file_key } of rows) unit.send(releaseFile, [file_key, unit.at]);
  const bytes = rows.reduce((sum, { size }) => sum + size, 0);
  giveRoomBack(unit, projectId, bytes);
}
