import type { TRPCRouterRecord } from '@trpc/server';
import {
  CommentPage,
  CommentReply,
  CreateCommentInput,
  DeleteCommentInput,
  ListCommentsInput,
  UpdateCommentInput,
} from '../../../contract/comment.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createComment } from './commands/createComment.js';
import { deleteComment } from './commands/deleteComment.js';
import { updateComment } from './commands/updateComment.js';
import { listComments } from './comments.queries.js';

export const comments = {
  list: actorProcedure
    .input(ListCommentsInput)
    .output(CommentPage)
    .query(({ ctx, input }) => listComments(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateCommentInput)
    .output(CommentReply)
    .mutation(({ ctx, input }) => createComment(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateCommentInput)
    .output(CommentReply)
    .mutation(({ ctx, input }) => updateComment(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteCommentInput)
    .output(CommentReply)
    .mutation(({ ctx, input }) => deleteComment(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
