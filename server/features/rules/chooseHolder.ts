import type { RuleAction } from '../../../contract/rule.js';
import { UNESTIMATED_POINTS } from '../../../contract/planning.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import type { Acting } from './acting.js';
import type { Candidate, Holder } from './knowledge.js';

type To = Extract<RuleAction, { kind: 'ASSIGN' }>['to'];

/** Whom the rule gives the ticket; null: nobody can have it. Who has no room at all, or not the skill, is passed over. */
export function chooseHolder(to: To, { rule, know, situation }: Acting, { row }: TicketState): Holder | null {
  if (to.strategy === 'PERSON') return know.named.get(to.userId) ?? null;
  const { requiredSkillId } = row;
  const able = know.candidates.filter(
    ({ limit, skillIds }) => limit > 0 && (requiredSkillId === null || skillIds.has(requiredSkillId)),
  );
  if (to.strategy === 'ROUND_ROBIN')
    return able.find(({ userId }) => userId > (rule.lastAssigneeId ?? '')) ?? able[0] ?? null;
  const points = row.storyPoints ?? UNESTIMATED_POINTS;
  const loadOf = ({ userId, workload, limit }: Candidate) =>
    (workload + (situation.gained.get(userId) ?? 0) + points) / limit;
  const byLoad = (a: Candidate, b: Candidate) => loadOf(a) - loadOf(b) || a.openTickets - b.openTickets;
  return able.toSorted(byLoad)[0] ?? null;
}
