import type { TRPCRouterRecord } from '@trpc/server';
import {
  AttachmentDetail,
  AttachmentPage,
  AttachmentReply,
  CreateAttachmentInput,
  CreatedAttachment,
  DeleteAttachmentInput,
  GetAttachmentInput,
  ListAttachmentsInput,
} from '../../../contract/attachment.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { getAttachment, listAttachments } from './attachments.queries.js';
import { createAttachment } from './commands/createAttachment.js';
import { deleteAttachment } from './commands/deleteAttachment.js';

export const attachments = {
  list: actorProcedure
    .input(ListAttachmentsInput)
    .output(AttachmentPage)
    .query(({ ctx, input }) => listAttachments(ctx.deps.db, ctx.actor, input)),
  get: actorProcedure
    .input(GetAttachmentInput)
    .output(AttachmentDetail)
    .query(({ ctx, input }) => getAttachment(ctx.deps, ctx.actor, input.attachmentId)),
  create: actorProcedure
    .input(CreateAttachmentInput)
    .output(CreatedAttachment)
    .mutation(({ ctx, input }) => createAttachment(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteAttachmentInput)
    .output(AttachmentReply)
    .mutation(({ ctx, input }) => deleteAttachment(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
