import type { TRPCRouterRecord } from '@trpc/server';
import { SaveAssignmentsReply } from '../../../contract/assignment.js';
import {
  ApproveInput,
  AssignmentProposalDetail,
  AssignmentProposalPage,
  AssignmentRunDetail,
  AssignmentRunPage,
  GetProposalInput,
  GetRunInput,
  ListProposalsInput,
  ListRunsInput,
  ProposeInput,
  ProposeReply,
  RejectInput,
  RejectReply,
  ResetInput,
  ResetReply,
} from '../../../contract/proposal.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { approveProposals } from './commands/approveProposals.js';
import { proposeAssignments } from './commands/proposeAssignments.js';
import { rejectProposals } from './commands/rejectProposals.js';
import { resetProposals } from './commands/resetProposals.js';
import { getProposal, getRun, listProposals, listRuns } from './proposals.queries.js';

/** Beside those of assignments, in the same router. */
export const proposals = {
  propose: actorProcedure
    .input(ProposeInput)
    .output(ProposeReply)
    .mutation(({ ctx, input }) => proposeAssignments(ctx.deps, ctx.actor, input)),
  approve: actorProcedure
    .input(ApproveInput)
    .output(SaveAssignmentsReply)
    .mutation(({ ctx, input }) => approveProposals(ctx.deps, ctx.actor, input)),
  reject: actorProcedure
    .input(RejectInput)
    .output(RejectReply)
    .mutation(({ ctx, input }) => rejectProposals(ctx.deps, ctx.actor, input)),
  reset: actorProcedure
    .input(ResetInput)
    .output(ResetReply)
    .mutation(({ ctx, input }) => resetProposals(ctx.deps, ctx.actor, input)),
  proposals: {
    list: actorProcedure
      .input(ListProposalsInput)
      .output(AssignmentProposalPage)
      .query(({ ctx, input }) => listProposals(ctx.deps.db, ctx.actor, input)),
    get: actorProcedure
      .input(GetProposalInput)
      .output(AssignmentProposalDetail)
      .query(({ ctx, input }) => getProposal(ctx.deps.db, ctx.actor, input)),
  },
  runs: {
    list: actorProcedure
      .input(ListRunsInput)
      .output(AssignmentRunPage)
      .query(({ ctx, input }) => listRuns(ctx.deps.db, ctx.actor, input)),
    get: actorProcedure
      .input(GetRunInput)
      .output(AssignmentRunDetail)
      .query(({ ctx, input }) => getRun(ctx.deps.db, ctx.actor, input)),
  },
} satisfies TRPCRouterRecord;
