import type { TRPCRouterRecord } from '@trpc/server';
import {
  AssignInput,
  AssignmentHistoryInput,
  AssignmentHistoryPage,
  AssignmentPage,
  AssignmentReply,
  ClaimInput,
  ListAssignmentsInput,
  ReassignInput,
  RemoveAssignmentInput,
  SaveAssignmentsInput,
  SaveAssignmentsReply,
} from '../../../contract/assignment.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { assignmentHistory, listAssignments } from './assignments.queries.js';
import { assignTicket } from './commands/assignTicket.js';
import { claimTicket } from './commands/claimTicket.js';
import { reassignTicket } from './commands/reassignTicket.js';
import { removeAssignment } from './commands/removeAssignment.js';
import { saveAssignments } from './commands/saveAssignments.js';

export const assignments = {
  list: actorProcedure
    .input(ListAssignmentsInput)
    .output(AssignmentPage)
    .query(({ ctx, input }) => listAssignments(ctx.deps.db, ctx.actor, input)),
  assign: actorProcedure
    .input(AssignInput)
    .output(AssignmentReply)
    .mutation(({ ctx, input }) => assignTicket(ctx.deps, ctx.actor, input)),
  claim: actorProcedure
    .input(ClaimInput)
    .output(AssignmentReply)
    .mutation(({ ctx, input }) => claimTicket(ctx.deps, ctx.actor, input)),
  reassign: actorProcedure
    .input(ReassignInput)
    .output(AssignmentReply)
    .mutation(({ ctx, input }) => reassignTicket(ctx.deps, ctx.actor, input)),
  remove: actorProcedure
    .input(RemoveAssignmentInput)
    .output(AssignmentReply)
    .mutation(({ ctx, input }) => removeAssignment(ctx.deps, ctx.actor, input)),
  save: actorProcedure
    .input(SaveAssignmentsInput)
    .output(SaveAssignmentsReply)
    .mutation(({ ctx, input }) => saveAssignments(ctx.deps, ctx.actor, input)),
  history: actorProcedure
    .input(AssignmentHistoryInput)
    .output(AssignmentHistoryPage)
    .query(({ ctx, input }) => assignmentHistory(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
