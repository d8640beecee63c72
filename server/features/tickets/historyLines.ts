import type { JsonValue } from '../../../contract/errors.js';
import type { Ticket as Presented } from '../../../contract/ticket.js';
import type { TicketPlan } from './ticketPlan.js';
import { LINKS } from './tickets.present.js';

/** A line for each changed field; of a new ticket one that holds all of it. */
export function fieldLines({ event, before, changes, link }: TicketPlan, ticket: Presented) {
  const linked = link ? [linkLine(event, JSON.stringify(link))] : [];
  if (before === null)
    return [{ field: null, oldValue: null, newValue: JSON.stringify({ ...ticket, assignees: undefined }) }, ...linked];
  const lines = Object.entries(changes).map(([field, change]) => ({
    field,
    oldValue: asText(change.before),
    newValue: asText(change.after),
  }));
  return [...lines, ...linked];
}

const linkLine = (event: TicketPlan['event'], told: string) =>
  event === 'ticket.unlinked' || event === 'ticket.unmerged'
    ? { field: LINKS, oldValue: told, newValue: null }
    : { field: LINKS, oldValue: null, newValue: told };

const asText = (value: JsonValue): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

/** A line of assignment history for each begin, end and change of hands. */
export function handLines({ started, ended }: TicketPlan) {
  const replaced = started?.replaces?.id;
  const ends = ended
    .filter(({ span }) => span.id !== replaced)
    .map(({ span, status, reason }) => ({
      assignmentId: span.id,
      newAssignmentId: null,
      action: status,
      reason,
      previousDeveloper: span.assigneeName,
      previousDeveloperId: span.assigneeId,
      newDeveloper: null,
      newDeveloperId: null,
    }));
  if (!started) return ends;
  const { span, replaces } = started;
  const begin = {
    assignmentId: replaces?.id ?? span.id,
    newAssignmentId: replaces ? span.id : null,
    action: replaces ? ('REASSIGNED' as const) : ('CREATED' as const),
    reason: span.reason,
    previousDeveloper: replaces?.assigneeName ?? null,
    previousDeveloperId: replaces?.assigneeId ?? null,
    newDeveloper: span.assigneeName,
    newDeveloperId: span.assigneeId,
  };
  return [...ends, begin];
}
