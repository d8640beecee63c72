import type { TRPCRouterRecord } from '@trpc/server';
import {
  ArchiveConversationInput,
  ConversationDetail,
  ConversationMark,
  ConversationMember,
  ConversationMemberInput,
  ConversationMemberPage,
  ConversationPage,
  ConversationReply,
  CreateConversationInput,
  GetConversationInput,
  ListConversationMembersInput,
  ListConversationsInput,
  MarkConversationReadInput,
  UpdateConversationInput,
} from '../../../contract/conversation.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { addConversationMember } from './commands/addConversationMember.js';
import { archiveConversation } from './commands/archiveConversation.js';
import { createConversation } from './commands/createConversation.js';
import { markConversationRead } from './commands/markConversationRead.js';
import { removeConversationMember } from './commands/removeConversationMember.js';
import { updateConversation } from './commands/updateConversation.js';
import { listConversations } from './conversations.queries.js';
import { getConversation, listConversationMembers } from './oneConversation.queries.js';

export const conversations = {
  list: actorProcedure
    .input(ListConversationsInput)
    .output(ConversationPage)
    .query(({ ctx, input }) => listConversations(ctx.deps.db, ctx.actor, input)),
  get: actorProcedure
    .input(GetConversationInput)
    .output(ConversationDetail)
    .query(({ ctx, input }) => getConversation(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateConversationInput)
    .output(ConversationReply)
    .mutation(({ ctx, input }) => createConversation(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateConversationInput)
    .output(ConversationReply)
    .mutation(({ ctx, input }) => updateConversation(ctx.deps, ctx.actor, input)),
  archive: actorProcedure
    .input(ArchiveConversationInput)
    .output(ConversationReply)
    .mutation(({ ctx, input }) => archiveConversation(ctx.deps, ctx.actor, input)),
  markRead: actorProcedure
    .input(MarkConversationReadInput)
    .output(ConversationMark)
    .mutation(({ ctx, input }) => markConversationRead(ctx.deps, ctx.actor, input)),
  members: {
    list: actorProcedure
      .input(ListConversationMembersInput)
      .output(ConversationMemberPage)
      .query(({ ctx, input }) => listConversationMembers(ctx.deps.db, ctx.actor, input)),
    add: actorProcedure
      .input(ConversationMemberInput)
      .output(ConversationMember)
      .mutation(({ ctx, input }) => addConversationMember(ctx.deps, ctx.actor, input)),
    remove: actorProcedure
      .input(ConversationMemberInput)
      .output(ConversationMember)
      .mutation(({ ctx, input }) => removeConversationMember(ctx.deps, ctx.actor, input)),
  },
} satisfies TRPCRouterRecord;
