import type { z } from 'zod';
import type { AssignmentReply, SaveAssignmentsInput, SaveAssignmentsReply } from '../../../../contract/assignment.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { markApproved, planApprovals, tellApproved, type Approval } from '../../proposals/approvals.js';
import { readProposals } from '../../proposals/loadProposals.js';
import { demandHolder, findPeople, loadTickets } from '../../tickets/loadTicket.js';
import type { TicketPlan } from '../../tickets/ticketPlan.js';
import type { WorkloadRow } from '../../tickets/ticketStatements.js';
import { canHandOver } from '../../tickets/tickets.policy.js';
import { writeTickets } from '../../tickets/writeTickets.js';
import { assignmentReply, demandOpen, exceededBy, planHandOver, savedReply } from '../handOver.js';

type Item = z.output<typeof SaveAssignmentsInput>['assignments'][number];
type Approved = Item & { readonly proposalId: string };

/**
 * Assigns many tickets in one transaction, each as its primary assignment: all of them, or none. Those with a proposal approve it.
 * The reply keeps the order of the input.
 * @throws BAD_INPUT a ticket is named twice, or a proposal is of another ticket or person; and what `assignTicket` and
 * `approveProposals` throw, for one of those that fail.
 */
export function saveAssignments(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof SaveAssignmentsInput>,
): Promise<SaveAssignmentsReply> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.save', input }, async (unit) => {
    const items = input.assignments;
    if (new Set(items.map(({ ticketId }) => ticketId)).size < items.length)
      throw new AppError('BAD_INPUT', 'A ticket is named twice.', { field: 'assignments' });
    const approved = items.filter((item): item is Approved => item.proposalId !== undefined);
    if (approved.length > 0) await demandTheirs(unit, actor, approved);
    const replies = new Map<string, AssignmentReply>();
    const byHand: TicketPlan[] = [];
    const ids = new Set(items.map(({ assigneeId }) => assigneeId));
    const [people, tickets] = await Promise.all([findPeople(unit, [...ids]), loadTickets(unit, actor, items)]);
    for (const { item, held } of tickets) {
      demand(canHandOver(held.standing));
      if (item.proposalId !== undefined) continue;
      const person = demandHolder(people.get(item.assigneeId), held.nextRole);
      demandOpen(held.row);
      const next = { person, type: 'MANUAL', reason: item.reason ?? null, primary: true } as const;
      const plan = planHandOver(held, next, actor, unit.at);
      const present = held.spans.find((span) => span.assigneeId === person.id);
      if (plan) byHand.push(plan);
      else if (present) replies.set(item.ticketId, assignmentReply(present, held.row, held.row.lastSeq));
    }
    const approvals = approved.length > 0 ? await approve(unit, actor, approved) : [];
    const plans = [...approvals.map(({ plan }) => plan), ...byHand];
    const loads = new Map<string, WorkloadRow>();
    const written = await writeTickets(deps, unit, actor, plans, loads);
    await tellApproved(unit, actor, approvals);
    plans.forEach((plan, index) => {
      const { started, after } = plan;
      const seq = written[index]?.lastSeq ?? 0;
      if (started) replies.set(after.row.id, assignmentReply(started.span, after.row, seq, exceededBy(plan, loads)));
    });
    return savedReply(items.flatMap(({ ticketId }) => replies.get(ticketId) ?? []));
  });
}

/** Before anything is locked: all that an approval locks is then locked in one order with the rest. */
async function demandTheirs(unit: UnitOfWork, actor: Actor, items: readonly Approved[]): Promise<void> {
  const proposals = await readProposals(
    unit,
    actor,
    items.map(({ proposalId }) => proposalId),
  );
  proposals.forEach(({ ticketId, assigneeId, id: proposalId }, nth) => {
    if (ticketId === items[nth]?.ticketId && assigneeId === items[nth].assigneeId) return;
    const details = { field: 'assignments', proposalId };
    throw new AppError('BAD_INPUT', 'A proposal is of another ticket, or of another person.', details);
  });
}

async function approve(unit: UnitOfWork, actor: Actor, items: readonly Approved[]): Promise<Approval[]> {
  const reasons = new Map(
    items.flatMap(({ proposalId, reason }) => (reason === undefined ? [] : [[proposalId, reason] as const])),
  );
  const proposalIds = items.map(({ proposalId }) => proposalId);
  const approvals = await planApprovals(unit, actor, proposalIds, { reasonFor: reasons });
  markApproved(unit, actor, approvals);
  return approvals;
}
