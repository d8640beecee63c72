import { z } from 'zod';
import { proposalStates } from './enums.js';
import { limits } from './limits.js';
import { PlanObjective, PlanOutcome, PlanStrategy, ProposalExplanation, UnplacedTicket } from './plan.js';
import { TagName } from './tag.js';
import { Category, Priority, TicketStatus, TicketType } from './ticket.js';
import { Day, Id, Instant, LatestFirst, listInput, mutationInput, OldestFirst, page, text } from './text.js';

export { proposalStates };
export const ProposalState = z.enum(proposalStates);
export type ProposalState = z.infer<typeof ProposalState>;

const someIds = (max: number, noun: string) =>
  z
    .array(Id)
    .min(1)
    .max(max)
    .refine((ids) => new Set(ids).size === ids.length, `names a ${noun} twice`);

/** Which unfinished tickets are planned. `includeHeld`: also those that somebody holds; left out, those that nobody does. */
export const ProposeFilters = z.strictObject({
  ticketIds: someIds(limits.proposalsMax, 'ticket').optional(),
  type: z.array(TicketType).min(1).optional(),
  status: z
    .array(TicketStatus.extract(['OPEN', 'IN_PROGRESS', 'REVIEW']))
    .min(1)
    .optional(),
  priority: z.array(Priority).min(1).optional(),
  category: z.array(Category).min(1).optional(),
  departmentId: Id.optional(),
  requiredSkill: Id.optional(),
  tag: TagName.optional(),
  dueBefore: Day.optional(),
  includeHeld: z.boolean().optional(),
});
export type ProposeFilters = z.output<typeof ProposeFilters>;

/** One plan. `seq`: the last event of the project that it knew of. `requestedBy` null: the system made it, as the project wants it to. */
export const AssignmentRun = z.object({
  id: Id,
  projectId: Id,
  strategy: PlanStrategy,
  inputHash: z.string(),
  solver: z.string(),
  outcome: PlanOutcome,
  objective: PlanObjective,
  gap: z.number().nullable(),
  seq: z.int(),
  requestedBy: Id.nullable(),
  filters: ProposeFilters,
  createdAt: Instant,
});
export type AssignmentRun = z.infer<typeof AssignmentRun>;
export const AssignmentRunDetail = AssignmentRun.extend({ unplaced: z.array(UnplacedTicket) });
export type AssignmentRunDetail = z.infer<typeof AssignmentRunDetail>;

/**
 * Who should have a ticket, and why. It is STALE as soon as what it rests on changes: the ticket's points, priority, due date, required
 * skill, holder, status or project. `rank` from 1, the most important first. `decisionReason` of a rejection.
 */
export const AssignmentProposal = z.object({
  id: Id,
  runId: Id,
  projectId: Id,
  ticketId: Id,
  ticketKey: z.string(),
  developerId: Id,
  assigneeId: Id,
  assigneeName: z.string(),
  rank: z.int(),
  score: z.int(),
  state: ProposalState,
  ticketVersion: z.int(),
  reason: z.string(),
  decidedBy: Id.nullable(),
  decidedAt: Instant.nullable(),
  decisionReason: z.string().nullable(),
  createdAt: Instant,
});
export type AssignmentProposal = z.infer<typeof AssignmentProposal>;
export const AssignmentProposalDetail = AssignmentProposal.extend({
  explanation: ProposalExplanation,
  run: AssignmentRun,
  /** Of the assignment that it was approved as. */
  assignmentId: Id.nullable(),
});
export type AssignmentProposalDetail = z.infer<typeof AssignmentProposalDetail>;

/** Plans the most important tickets of a project, {@link limits.proposalsMax} at most. */
export const ProposeInput = mutationInput({
  projectId: Id,
  filters: ProposeFilters.default({}),
  strategy: PlanStrategy.default('OPTIMAL'),
});
/** `changed`: tickets that changed while the plan was made, so that nothing is proposed for them. `hasMore`: so do not fit in a plan. */
export const ProposeReply = z.object({
  run: AssignmentRun,
  proposals: z.array(AssignmentProposal),
  unplaced: z.array(UnplacedTicket),
  changed: z.array(Id),
  hasMore: z.boolean(),
});
export type ProposeReply = z.infer<typeof ProposeReply>;

export const ApproveInput = mutationInput({ proposalIds: someIds(limits.proposalsMax, 'proposal') });
export const RejectInput = mutationInput({
  proposalIds: someIds(limits.proposalsMax, 'proposal'),
  reason: text(limits.reasonLength),
});
export const RejectReply = z.object({ proposals: z.array(AssignmentProposal) });
export const ResetInput = mutationInput({ projectId: Id });
/** `hasMore`: there are more than one call takes back. */
export const ResetReply = z.object({ withdrawn: z.int(), hasMore: z.boolean() });

/** Of what is named, in the order in which it was proposed. Without any: of all projects of the caller. */
export const ListProposalsInput = listInput({
  sort: OldestFirst,
  projectId: Id.optional(),
  ticketId: Id.optional(),
  runId: Id.optional(),
  state: ProposalState.default('PROPOSED'),
});
export const AssignmentProposalPage = page(AssignmentProposal);
export const GetProposalInput = z.strictObject({ proposalId: Id });
/** Plans of a project, the latest first. */
export const ListRunsInput = listInput({ projectId: Id, sort: LatestFirst });
export const AssignmentRunPage = page(AssignmentRun);
export const GetRunInput = z.strictObject({ runId: Id });
