import type { TRPCRouterRecord } from '@trpc/server';
import {
  DeleteMessageInput,
  EditMessageInput,
  GetThreadInput,
  ListMessagesInput,
  MessagePage,
  MessageReply,
  PostMessageInput,
  ThreadPage,
} from '../../../contract/message.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { deleteMessage } from './commands/deleteMessage.js';
import { editMessage } from './commands/editMessage.js';
import { postMessage } from './commands/postMessage.js';
import { getThread, listMessages } from './messages.queries.js';

export const messages = {
  list: actorProcedure
    .input(ListMessagesInput)
    .output(MessagePage)
    .query(({ ctx, input }) => listMessages(ctx.deps.db, ctx.actor, input)),
  thread: actorProcedure
    .input(GetThreadInput)
    .output(ThreadPage)
    .query(({ ctx, input }) => getThread(ctx.deps.db, ctx.actor, input)),
  post: actorProcedure
    .input(PostMessageInput)
    .output(MessageReply)
    .mutation(({ ctx, input }) => postMessage(ctx.deps, ctx.actor, input)),
  edit: actorProcedure
    .input(EditMessageInput)
    .output(MessageReply)
    .mutation(({ ctx, input }) => editMessage(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteMessageInput)
    .output(MessageReply)
    .mutation(({ ctx, input }) => deleteMessage(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
