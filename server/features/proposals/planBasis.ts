import type { ProposalBasis } from '../tickets/staleProposals.js';

/** What of a ticket a proposal rests on, as the plan knew it, with the version that it then had. */
export type PlannedTicket = ProposalBasis & { readonly version: number };

export const planBasis = (row: PlannedTicket): PlannedTicket => ({
  version: row.version,
  projectId: row.projectId,
  priority: row.priority,
  storyPoints: row.storyPoints,
  requiredSkillId: row.requiredSkillId,
  dueDate: row.dueDate,
  assigneeId: row.assigneeId,
});
