import type { AccessFacts } from '../../features/auth/accessFacts.js';
import type { TicketScope } from '../../features/tickets/ticketScope.js';
import { isStaff } from '../../kernel/actor.js';
import { standingIn } from '../audience.js';

/** Whose tickets a query spans: all of some projects, of others those that one customer reported. Lists are sorted. */
export interface QueryScope extends TicketScope {
  readonly customerId: string | null;
}

/**
 * The scope that a person has now, of one project or (null) of all they may enter. What only staff may ask by finds nothing
 * for customers. `everyProject` is looked at for administrators without a project alone.
 */
export function queryScope(
  facts: AccessFacts,
  projectId: string | null,
  everyProject: readonly string[],
  isForStaff: boolean,
): QueryScope {
  const inside = facts.role === 'ADMIN' ? everyProject : [...facts.projects.keys()];
  const projects = (projectId === null ? inside : [projectId]).toSorted();
  const staffOf = projects.filter((id) => isStaff(standingIn(facts, id)));
  const reports = projects.filter((id) => !staffOf.includes(id) && facts.projects.get(id) === 'CUSTOMER');
  const customerOf = isForStaff ? [] : reports;
  return { staffOf, customerOf, customerId: customerOf.length > 0 ? facts.userId : null };
}
