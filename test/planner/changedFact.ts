import type { PlanProposal } from '../../contract/plan.js';
import type { PlanInput, PlanPerson } from '../../server/planner/planInput.js';

type Counterfactual = NonNullable<PlanProposal['explanation']['counterfactual']>;

/** The input as it would be with the one fact changed. */
export function withChangedFact(input: PlanInput, ticketId: string, changed: Counterfactual): PlanInput {
  const ticket = input.tickets.find(({ id }) => id === ticketId)!;
  const person = (change: (person: PlanPerson) => Partial<PlanPerson>): PlanInput => ({
    ...input,
    people: input.people.map((one) => (one.id === changed.developerId ? { ...one, ...change(one) } : one)),
  });
  const to = Number(changed.to);
  switch (changed.fact) {
    case 'WORKLOAD':
      return person(() => ({ workload: to }));
    case 'EXPERIENCE':
      return person(() => ({ experienceYears: to }));
    case 'SKILL_LEVEL': {
      const skillId = ticket.requiredSkillId!;
      const others = (one: PlanPerson) => one.skills.filter((skill) => skill.skillId !== skillId);
      return person((one) => ({ skills: [...others(one), { skillId, level: to }] }));
    }
    case 'ABSENCE':
      return person(() => ({ awayFrom: null, awayTo: null }));
    case 'MEMBERSHIP':
      return person((one) => ({ projectIds: [...one.projectIds, ticket.projectId] }));
    case 'REJECTION': {
      const isThis = (pair: { ticketId: string; developerId: string }) =>
        pair.ticketId === ticketId && pair.developerId === changed.developerId;
      return { ...input, rejectedPairs: input.rejectedPairs.filter((pair) => !isThis(pair)) };
    }
  }
}

export const withHolder = (
  proposals: readonly PlanProposal[],
  ticketId: string,
  developerId: string,
): { ticketId: string; developerId: string }[] =>
  proposals.map((proposal) => (proposal.ticketId === ticketId ? { ticketId, developerId } : proposal));
