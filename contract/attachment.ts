import { z } from 'zod';
import { attachmentStates } from './enums.js';
import { limits } from './limits.js';
import { Id, Instant, listInput, mutationInput, OldestFirst, page, text } from './text.js';
import { Visibility } from './comment.js';

export { attachmentStates };
export const AttachmentState = z.enum(attachmentStates);

/** Controls, signs that turn the direction of text around, and what stands between folders. */
const UNFIT = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069/\\]/u;
/** A name as a person sees it in a folder; it names no place in the storage. */
export const Filename = text(limits.filenameLength).refine(
  (name) => !UNFIT.test(name) && name !== '.' && name !== '..',
  'is not the name of a file',
);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal');
const Size = z.int().min(1).max(limits.attachmentBytes);

/** `contentType` is what the bytes are, not what the name says; null until they have come. */
export const Attachment = z.object({
  id: Id,
  ticketId: Id,
  commentId: Id.nullable(),
  filename: z.string(),
  contentType: z.string().nullable(),
  size: z.int(),
  sha256: z.string(),
  /** That of its comment; PUBLIC without one. */
  visibility: Visibility,
  state: AttachmentState,
  uploadedBy: Id,
  uploadedByName: z.string(),
  createdAt: Instant,
  deletedAt: Instant.nullable(),
});
export type Attachment = z.infer<typeof Attachment>;
export const AttachmentReply = Attachment.extend({ seq: z.int() });
export type AttachmentReply = z.infer<typeof AttachmentReply>;

/** Announces a file: what is then sent has exactly this size and hash. */
export const CreateAttachmentInput = mutationInput({
  ticketId: Id,
  commentId: Id.optional(),
  filename: Filename,
  size: Size,
  sha256: Sha256,
});
/** `uploadUrl` takes the bytes by PUT, once, until `expiresAt`. It is a path on this server and carries its own permission. */
export const CreatedAttachment = z.object({ attachment: Attachment, uploadUrl: z.string(), expiresAt: Instant });
export type CreatedAttachment = z.infer<typeof CreatedAttachment>;

/** Those whose bytes have come. */
export const ListAttachmentsInput = listInput({ ticketId: Id, sort: OldestFirst });
export const AttachmentPage = page(Attachment);

export const GetAttachmentInput = z.strictObject({ attachmentId: Id });
/** `downloadUrl` gives the bytes by GET until `expiresAt`. */
export const AttachmentDetail = Attachment.extend({ downloadUrl: z.string(), expiresAt: Instant });
export type AttachmentDetail = z.infer<typeof AttachmentDetail>;
export const DeleteAttachmentInput = mutationInput({ attachmentId: Id, reason: text(limits.reasonLength).optional() });
