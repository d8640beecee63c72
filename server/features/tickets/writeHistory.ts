import type { JsonValue } from '../../../contract/errors.js';
import type { Ticket as Presented } from '../../../contract/ticket.js';
import { sendRows } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { labelOf, personOf, type Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import type { Values } from '../customFields/fieldValues.js';
import type { TicketPlan } from './ticketPlan.js';
import { LINKS } from './tickets.present.js';
import { insertHandHistory, insertTicketHistory } from './ticketStatements.js';

/** A plan, and the ticket as it is after it. */
interface Written {
  readonly plan: TicketPlan;
  readonly ticket: Presented;
}

/** What plans changed, field by field and hand by hand. */
export function writeHistory(unit: UnitOfWork, actor: Actor, numbered: readonly Written[]): void {
  const stamps = { createdAt: unit.at, updatedAt: unit.at };
  const common = ({ id: ticketId, projectId, lastSeq: seq }: Presented) => ({
    ...stamps,
    id: newId(),
    ticketId,
    projectId,
    seq,
    changedBy: personOf(actor),
    changedByLabel: labelOf(actor),
  });
  const lines = numbered.flatMap(({ plan, ticket }) => {
    const action = plan.event.slice('ticket.'.length).toUpperCase();
    return fieldLines(plan, ticket).map((fields) => ({
      ...common(ticket),
      version: ticket.version,
      action,
      ...fields,
    }));
  });
  sendRows(unit, insertTicketHistory, lines);
  const hands = numbered.flatMap(({ plan, ticket }) =>
    handLines(plan).map((entry) => ({ ...common(ticket), changedAt: unit.at, ...entry })),
  );
  sendRows(unit, insertHandHistory, hands);
}

/** A line for each changed field and each link; of a new ticket one that holds all of it. */
function fieldLines({ event, before, changes, link }: TicketPlan, ticket: Presented) {
  const linked = link ? [linkLine(event, JSON.stringify(link))] : [];
  if (before === null)
    return [
      { field: null, oldValue: null, newValue: JSON.stringify({ ...ticket, assignees: undefined, sla: undefined }) },
      ...linked,
    ];
  // Clocks follow from what is told here.
  const { sla: _, ...told } = changes;
  const lines = Object.entries(told).flatMap(([field, change]) =>
    field === 'customFields'
      ? customLines(change.before as Values, change.after as Values)
      : { field, oldValue: asText(change.before), newValue: asText(change.after) },
  );
  return [...lines, ...linked];
}

const linkLine = (event: TicketPlan['event'], told: string) =>
  event === 'ticket.unlinked' || event === 'ticket.unmerged'
    ? { field: LINKS, oldValue: told, newValue: null }
    : { field: LINKS, oldValue: null, newValue: told };

/** One for each custom field that changed. */
function customLines(before: Values, after: Values) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => {
    const [was, is] = [before[key] ?? null, after[key] ?? null];
    return was === is ? [] : { field: `customFields.${key}`, oldValue: asText(was), newValue: asText(is) };
  });
}

const asText = (value: JsonValue): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

/** A line of assignment history for each begin, end and change of hands. */
function handLines({ started, ended }: TicketPlan) {
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
