import type { z } from 'zod';
import type { AssignmentReply, SaveAssignmentsInput, SaveAssignmentsReply } from '../../../../contract/assignment.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { demandHolder, findPerson, loadTicket } from '../../tickets/loadTicket.js';
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
    for (const { item, held, named } of await lockAll(unit, actor, input.assignments)) {
      demand(canHandOver(held.standing));
      const person = demandHolder(named, held.nextRole);
      demandOpen(held.row);
      const next = { person, type: 'MANUAL', reason: item.reason ?? null, primary: true } as const;
      const plan = planHandOver(held, next, actor, unit.at);
      const present = held.spans.find((span) => span.assigneeId === person.id);
      if (plan) plans.push(plan);
      else if (present) replies.set(item.ticketId, assignmentReply(present, held.row, held.row.lastSeq));
    }
    const tickets = await writeTickets(deps, unit, actor, plans);
    plans.forEach((plan, index) => {
      if (plan.started)
        replies.set(
          plan.after.row.id,
          assignmentReply(plan.started.span, plan.after.row, tickets[index]?.lastSeq ?? 0),
        );
    });
    return { assignments: input.assignments.flatMap(({ ticketId }) => replies.get(ticketId) ?? []) };
  });
}

type Item = z.output<typeof SaveAssignmentsInput>['assignments'][number];

/** People first, then tickets, each in the order of their ids; all of it on one way to the database and back. */
async function lockAll(unit: UnitOfWork, actor: Actor, items: readonly Item[]) {
  const ids = [...new Set(items.map(({ assigneeId }) => assigneeId))].toSorted();
  const finding = Promise.all(ids.map(async (id) => [id, await findPerson(unit, id)] as const));
  const sorted = items.toSorted((a, b) => (a.ticketId < b.ticketId ? -1 : 1));
  const locking = sorted.map((item) => loadTicket(unit, actor, item.ticketId, { nextAssigneeId: item.assigneeId }));
  const [found, loaded] = await Promise.all([finding, Promise.allSettled(locking)]);
  const people = new Map(found);
  return sorted.map((item, index) => {
    const outcome = loaded[index];
    if (outcome?.status !== 'fulfilled') throw outcome?.reason;
    return { item, held: outcome.value, named: people.get(item.assigneeId) };
  });
}
