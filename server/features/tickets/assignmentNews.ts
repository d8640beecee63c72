import type { Ticket as Presented } from '../../../contract/ticket.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { notify, wishesOf, type News, type Wishes } from '../notifications/notify.js';
import type { TicketPlan } from './ticketPlan.js';

const newHolder = ({ started }: TicketPlan): string[] => (started ? [started.span.assigneeId] : []);

/** How those want to be told who are given a ticket by somebody else. Ask for it beside the numbers. */
export const wishesOfHolders = (
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  plans: readonly TicketPlan[],
): Promise<Wishes> =>
  wishesOf(deps, unit, deps.isQuiet ? [] : plans.flatMap(newHolder).filter((userId) => userId !== actor.userId));

/** Tells them, once their tickets are written. */
export function tellOfAssignments(
  { isQuiet }: Deps,
  unit: UnitOfWork,
  actor: Actor,
  written: readonly { readonly plan: TicketPlan; readonly ticket: Presented }[],
  wishes: Wishes,
): void {
  if (isQuiet) return;
  const news = written.flatMap(({ plan, ticket }) =>
    newHolder(plan).map((userId): News => ({ userId, kind: 'ASSIGNED', ticket, seq: ticket.lastSeq })),
  );
  notify(unit, actor, wishes, news);
}
