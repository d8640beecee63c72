import type { AssignmentReply, SaveAssignmentsReply } from '../../../contract/assignment.js';
import { limitOf } from '../../../contract/planning.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import type { Deps } from '../deps.js';
import type { LoadedTicket, Person } from '../tickets/loadTicket.js';
import { planChange, type SpanStart, type TicketPlan } from '../tickets/ticketPlan.js';
import type { WorkloadRow } from '../tickets/ticketStatements.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { writeTickets } from '../tickets/writeTickets.js';
import { presentAssignment, type Span } from './assignments.present.js';

/** @throws CONFLICT: a closed ticket is held by nobody. */
export function demandOpen({ status, key }: Pick<TicketRow, 'status' | 'key'>): void {
  if (status === 'CLOSED') throw new AppError('CONFLICT', `${key} is closed. Reopen it first.`, { status });
}

interface Next {
  readonly person: Person;
  readonly type: SpanStart['type'];
  readonly reason: string | null;
  readonly primary: boolean;
  readonly proposalId?: string;
  /** The span that ends by this one. */
  readonly replaces?: Span;
}

type Exceeds = AssignmentReply['exceedsCapacity'];

export const assignmentReply = (
  span: Span,
  row: TicketRow,
  seq: number,
  exceedsCapacity: Exceeds = null,
): AssignmentReply => ({ ...presentAssignment(span, row), seq, exceedsCapacity });

export const savedReply = (assignments: AssignmentReply[]): SaveAssignmentsReply => ({
  assignments,
  ids: assignments.map(({ id }) => id),
});

/** Whether whom the plan gives points has more than they have room for, when all is written. */
export function exceededBy({ started, workload }: TicketPlan, loads: ReadonlyMap<string, WorkloadRow>): Exceeds {
  const userId = started?.span.assigneeId ?? '';
  const load = loads.get(userId);
  if (!load || (workload.get(userId) ?? 0) <= 0) return null;
  const limit = limitOf(load);
  return load.current_workload > limit ? { limit, workload: load.current_workload } : null;
}

/** The plan that gives the ticket to `next`; null when this person holds it so already. */
export function planHandOver(held: LoadedTicket, next: Next, actor: Actor, at: Date): TicketPlan | null {
  const { person, replaces, ...rest } = next;
  const present = held.spans.find((span) => span.assigneeId === person.id);
  if (present && !replaces && (present.isPrimary || !next.primary)) return null;
  const start: SpanStart = {
    ...rest,
    assigneeId: person.id,
    assigneeName: person.name,
    ...(replaces ? { replaces } : {}),
  };
  // Who takes over what they already share gives up the old span: one active span per person and ticket.
  const ends = [replaces, present].filter((span) => span !== undefined);
  return planChange(
    held,
    { event: 'ticket.assigned', start, ends: ends.map((span) => ({ span, status: 'REMOVED', reason: next.reason })) },
    actor,
    at,
  );
}

/** Gives the ticket to `next` and answers with the span of holding that this began, or that there was. */
export async function handOver(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  held: LoadedTicket,
  next: Next,
): Promise<AssignmentReply> {
  const plan = planHandOver(held, next, actor, unit.at);
  if (!plan) {
    const present = held.spans.find((span) => span.assigneeId === next.person.id);
    if (!present) throw new Error('a handover without effect and without a holder');
    return assignmentReply(present, held.row, held.row.lastSeq);
  }
  const loads = new Map<string, WorkloadRow>();
  const [ticket] = await writeTickets(deps, unit, actor, [plan], loads);
  if (!ticket || !plan.started) throw new Error('a handover that began nothing');
  return assignmentReply(plan.started.span, plan.after.row, ticket.lastSeq, exceededBy(plan, loads));
}
