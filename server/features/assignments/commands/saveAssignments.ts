import type { z } from 'zod';
import type { AssignmentReply, SaveAssignmentsInput, SaveAssignmentsReply } from '../../../../contract/assignment.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { demandHolder, findPeople, loadTickets } from '../../tickets/loadTicket.js';
import type { TicketPlan } from '../../tickets/ticketPlan.js';
import { canHandOver } from '../../tickets/tickets.policy.js';
import { writeTickets } from '../../tickets/writeTickets.js';
import { assignmentReply, demandOpen, planHandOver } from '../handOver.js';

/**
 * Assigns many tickets in one transaction, each as its primary assignment: all of them, or none.
 * The reply keeps the order of the input.
 * @throws BAD_INPUT a ticket is named twice; and what `assignTicket` throws, for one of those that fail.
 */
export function saveAssignments(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof SaveAssignmentsInput>,
): Promise<z.output<typeof SaveAssignmentsReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.save', input }, async (unit) => {
    if (new Set(input.assignments.map(({ ticketId }) => ticketId)).size < input.assignments.length)
      throw new AppError('BAD_INPUT', 'A ticket is named twice.', { field: 'assignments' });
    const replies = new Map<string, AssignmentReply>();
    const plans: TicketPlan[] = [];
    const ids = new Set(input.assignments.map(({ assigneeId }) => assigneeId));
    const [people, tickets] = await Promise.all([
      findPeople(unit, [...ids]),
      loadTickets(unit, actor, input.assignments),
    ]);
    for (const { item, held } of tickets) {
      demand(canHandOver(held.standing));
      const person = demandHolder(people.get(item.assigneeId), held.nextRole);
      demandOpen(held.row);
      const next = { person, type: 'MANUAL', reason: item.reason ?? null, primary: true } as const;
      const plan = planHandOver(held, next, actor, unit.at);
      const present = held.spans.find((span) => span.assigneeId === person.id);
      if (plan) plans.push(plan);
      else if (present) replies.set(item.ticketId, assignmentReply(present, held.row, held.row.lastSeq));
    }
    const written = await writeTickets(deps, unit, actor, plans);
    plans.forEach(({ started, after: { row } }, index) => {
      if (started) replies.set(row.id, assignmentReply(started.span, row, written[index]?.lastSeq ?? 0));
    });
    return { assignments: input.assignments.flatMap(({ ticketId }) => replies.get(ticketId) ?? []) };
  });
}
