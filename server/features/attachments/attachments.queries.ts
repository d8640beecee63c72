import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { Attachment as Presented, AttachmentDetail, ListAttachmentsInput } from '../../../contract/attachment.js';
import { OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Attachment } from '../../db/models/Attachment.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { canSeeComment } from '../comments/comments.policy.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, sortedList } from '../sortedList.js';
import { seeTicket } from '../tickets/oneTicket.queries.js';
import { signFileUrl } from './fileTokens.js';

export type AttachmentRow = Attributes<Attachment> & Pick<Presented, 'uploadedByName' | 'visibility'>;

export const presentAttachment = (row: AttachmentRow): Presented => ({
  id: row.id,
  ticketId: row.ticketId,
  commentId: row.commentId,
  filename: row.filename,
  contentType: row.contentType,
  size: row.size,
  sha256: row.sha256,
  visibility: row.visibility,
  state: row.state,
  uploadedBy: row.uploadedBy,
  uploadedByName: row.uploadedByName,
  createdAt: row.createdAt.toISOString(),
  deletedAt: row.deletedAt?.toISOString() ?? null,
});

const from = `SELECT a.*, u.name AS uploaded_by_name, coalesce(c.visibility, 'PUBLIC') AS visibility
  FROM attachments a JOIN users u ON u.id = a.uploaded_by LEFT JOIN comments c ON c.id = a.comment_id`;
const attachmentById = statement(
  'attachments.byId',
  `${from} WHERE a.id = $1 AND a.deleted_at IS NULL AND c.deleted_at IS NULL`,
);
const listed = sortedList(
  'attachments.list',
  OldestFirst,
  { createdAt: [moment('a.created_at', 'createdAt'), madeAs('a.id', 'id')] },
  3,
  ({ after, orderBy }) => `${from} WHERE a.ticket_id = $1 AND ${after} AND a.state = 'READY' AND a.deleted_at IS NULL
     AND (coalesce(c.visibility, 'PUBLIC') = 'PUBLIC' OR $2 = 'staff') ORDER BY ${orderBy} LIMIT $3`,
);

interface NameColumns {
  readonly uploaded_by_name: string;
  readonly visibility: Presented['visibility'];
}
function decodeAttachment({ uploaded_by_name: uploadedByName, visibility, ...columns }: NameColumns): AttachmentRow {
  return { ...decodeRow(Attachment, columns), uploadedByName, visibility };
}

/** @throws NOT_FOUND there is none, or it is deleted. Access is the caller's to decide. */
export async function readAttachment(all: RunStatement, attachmentId: string): Promise<AttachmentRow> {
  const [raw] = await all<NameColumns>(attachmentById, [attachmentId]);
  if (!raw) throw notFound('attachment');
  return decodeAttachment(raw);
}

/** What is said of a ticket that is not the caller's to see is said of its attachment. */
export const asOfAttachment = (error: unknown): never => {
  throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('attachment') : error;
};

/**
 * An attachment as this actor may see it at this moment, announced ones too.
 * @throws NOT_FOUND missing, foreign, deleted with or without its ticket, or of an internal comment to a customer.
 */
export async function seeAttachment(all: RunStatement, actor: Actor, attachmentId: string): Promise<AttachmentRow> {
  const attachment = await readAttachment(all, attachmentId);
  const { row, standing } = await seeTicket(all, actor, attachment).catch(asOfAttachment);
  demandSeen(standing, attachment);
  if (row.deletedAt !== null) throw notFound('attachment');
  return attachment;
}

export function demandSeen(standing: Standing, { visibility }: AttachmentRow): void {
  if (!canSeeComment(standing, visibility)) throw notFound('attachment');
}

/** With an address to fetch its bytes from. @throws NOT_FOUND see {@link seeAttachment}, or its bytes have not come. */
export async function getAttachment(deps: Deps, actor: Actor, attachmentId: string): Promise<AttachmentDetail> {
  const row = await seeAttachment(deps.db.all, actor, attachmentId);
  if (row.state !== 'READY') throw notFound('attachment');
  const { url, expiresAt } = await signFileUrl(deps, actor, { attachmentId, action: 'get' });
  return { ...presentAttachment(row), downloadUrl: url, expiresAt };
}

/** @throws NOT_FOUND no such ticket for this actor, or it is deleted. */
export async function listAttachments(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListAttachmentsInput>,
): Promise<Page<Presented>> {
  const { row, standing } = await seeTicket(db.all, actor, input);
  if (row.deletedAt !== null) throw notFound('ticket');
  const { statement: asked, values, cursorOf } = listed(input.sort, input.cursor);
  const audience = isStaff(standing) ? 'staff' : 'customer';
  const rows = await db.all<NameColumns>(asked, [row.id, audience, input.limit + 1, ...values]);
  return toPage(rows.map(decodeAttachment), input.limit, cursorOf, presentAttachment);
}
