import { useMemo, useState } from 'react';
import type { AssignmentProposal } from '../sdk.js';

/** A proposal as this window would save it. */
export interface PlannedProposal extends AssignmentProposal {
  /** Who was proposed, where somebody else was chosen. */
  readonly insteadOf: string | null;
}

export interface Choices {
  readonly planned: readonly PlannedProposal[];
  readonly choose: (proposalId: string, userId: string) => void;
}

/** What is proposed, with the people who were chosen here instead. Nobody else knows of them until they are saved. */
export function useChoices(
  proposals: readonly AssignmentProposal[] | null,
  people: ReadonlyMap<string, { readonly name: string }>,
): Choices {
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const planned = useMemo(
    () =>
      (proposals ?? []).map((proposal): PlannedProposal => {
        const userId = chosen.get(proposal.id) ?? proposal.assigneeId;
        const name = people.get(userId)?.name;
        if (userId === proposal.assigneeId || name === undefined) return { ...proposal, insteadOf: null };
        return { ...proposal, assigneeId: userId, assigneeName: name, insteadOf: proposal.assigneeName };
      }),
    [proposals, chosen, people],
  );
  return { planned, choose: (proposalId, userId) => setChosen((before) => new Map(before).set(proposalId, userId)) };
}
