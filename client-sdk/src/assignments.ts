import type { Api } from './api.js';
import type { CallOptions } from './call.js';

type Assignments = { readonly assignments: Api['assignments'] };
type Verbs = 'list' | 'save' | 'reassign' | 'remove' | 'history';
type Input<Verb extends Verbs> = NonNullable<Parameters<Api['assignments'][Verb]>[0]>;
type Output<Verb extends Verbs> = Awaited<ReturnType<Api['assignments'][Verb]>>;

export type SaveAssignmentsList = Input<'save'>['assignments'];
export type GetAssignmentsFilter = Input<'list'>;
export type ReassignTicketInput = Input<'reassign'>;
export type RemoveAssignmentInput = Input<'remove'>;
/** Of one span of holding, or of a whole ticket. */
export type AssignmentHistoryFilter = Input<'history'>;

/**
 * Assigns several tickets in one transaction: all or none, at most 1,000. Answers in the order of the list.
 * @throws NOT_FOUND, CONFLICT, CAPACITY_EXCEEDED for the first that cannot be assigned.
 */
export async function saveAssignments(
  client: Assignments,
  list: SaveAssignmentsList,
  options?: CallOptions,
): Promise<Output<'save'>['assignments']> {
  const { assignments } = await client.assignments.save({ assignments: list }, options);
  return assignments;
}

/** One page, active ones unless `status` says otherwise; pass `nextCursor` back as `cursor` for the next. */
export function getAssignments(
  client: Assignments,
  filter: GetAssignmentsFilter = {},
  options?: CallOptions,
): Promise<Output<'list'>> {
  return client.assignments.list(filter, options);
}

/**
 * Hands a ticket on. The former span of holding ends, a new one begins.
 * @throws CONFLICT the span has ended already.
 */
export function reassignTicket(
  client: Assignments,
  input: ReassignTicketInput,
  options?: CallOptions,
): Promise<Output<'reassign'>> {
  return client.assignments.reassign(input, options);
}

/** Takes a ticket from its holder; it stays with its other assignees, if any. */
export function removeAssignment(
  client: Assignments,
  input: RemoveAssignmentInput,
  options?: CallOptions,
): Promise<Output<'remove'>> {
  return client.assignments.remove(input, options);
}

/** Who held a ticket, oldest first. */
export function getAssignmentHistory(
  client: Assignments,
  filter: AssignmentHistoryFilter,
  options?: CallOptions,
): Promise<Output<'history'>> {
  return client.assignments.history(filter, options);
}
