import { AssignInput, ReassignInput } from '../../../contract/assignment.js';
import { CreateTicketInput, UpdateTicketInput } from '../../../contract/ticketInputs.js';
import { assignTicket } from '../../features/assignments/commands/assignTicket.js';
import { reassignTicket } from '../../features/assignments/commands/reassignTicket.js';
import type { Deps } from '../../features/deps.js';
import { createTicket } from '../../features/tickets/commands/createTicket.js';
import { updateTicket } from '../../features/tickets/commands/updateTicket.js';
import type { Actor } from '../../kernel/actor.js';
import { clockAt } from '../../kernel/clock.js';
import { never } from '../../kernel/never.js';
import type { KeyedRow } from './doneRows.js';
import { fieldKeyOf, fillTemplate, type Mapping } from './mapping.js';
import type { CaseState, Step, StepKind } from './planRow.js';
import type { ImportCounts } from './report.js';

export interface ImportContext {
  readonly deps: Deps;
  readonly actor: Actor;
  readonly mapping: Mapping;
  readonly projectId: string;
}

/** Whose commands these are, and what they come to. */
export interface StepRun {
  readonly deps: Deps;
  readonly counts: ImportCounts;
  /** The key under which the command itself is to remember that it is done; undefined when its caller does so. */
  readonly keyOf: (stem: string, kind: StepKind) => string | undefined;
}

/**
 * Runs one step as the command that a person would have sent, at the time of the row, and gives the case's new state.
 * @throws what the command throws; ZodError for input that the API would refuse.
 */
export async function applyStep(
  { actor, mapping, projectId }: ImportContext,
  { deps, counts, keyOf }: StepRun,
  { row, stem }: KeyedRow,
  state: CaseState | null,
  step: Step,
): Promise<CaseState> {
  const then: Deps = { ...deps, clock: clockAt(new Date(row.at)), isQuiet: true };
  const idempotencyKey = keyOf(stem, step.kind);
  if (step.kind === 'create') {
    const assigneeId = step.personId ?? undefined;
    const input = { ...newTicket(mapping, row.cells), status: step.status, projectId, assigneeId, idempotencyKey };
    const ticket = await createTicket(then, actor, CreateTicketInput.parse({ ...input, externalId: row.caseId }));
    counts.ticketsCreated++;
    const [holder] = ticket.assignees;
    const holding = holder ? { assignmentId: holder.assignmentId, userId: holder.userId } : null;
    return { ticketId: ticket.id, status: ticket.status, holding, lastHolderId: holder?.userId ?? null };
  }
  if (!state) throw new Error(`a ${step.kind} for a case without a ticket`);
  const { ticketId, holding } = state;
  switch (step.kind) {
    case 'hand': {
      const hold = { newAssigneeId: step.personId, assigneeId: step.personId };
      const span = holding
        ? await reassignTicket(
            then,
            actor,
            ReassignInput.parse({
              assignmentId: holding.assignmentId,
              newAssigneeId: hold.newAssigneeId,
              idempotencyKey,
            }),
          )
        : await assignTicket(then, actor, AssignInput.parse({ ticketId, assigneeId: hold.assigneeId, idempotencyKey }));
      counts[holding ? 'reassigned' : 'assigned']++;
      return { ...state, holding: { assignmentId: span.id, userId: span.assigneeId }, lastHolderId: span.assigneeId };
    }
    case 'reopen':
    case 'status': {
      const input = { ticketId, patch: { status: step.status }, idempotencyKey };
      const ticket = await updateTicket(then, actor, UpdateTicketInput.parse(input));
      counts.statusChanges++;
      return { ...state, status: ticket.status, holding: ticket.status === 'CLOSED' ? null : holding };
    }
    default:
      return never(step);
  }
}

/** What the first row of a case makes of its ticket. */
export function newTicket(mapping: Mapping, cells: Readonly<Record<string, string>>) {
  const cell = (column: string) => cells[column] ?? '';
  const chosen = <Value extends string>(
    choice: { column: string; values: Record<string, Value>; default: Value } | undefined,
  ) => choice && (new Map(Object.entries(choice.values)).get(cell(choice.column)) ?? choice.default);
  const filled = Object.entries(mapping.fields).filter(([, column]) => cell(column) !== '');
  return {
    title: fillTemplate(mapping.title, cell),
    description: fillTemplate(mapping.description, cell),
    priority: chosen(mapping.priority),
    category: chosen(mapping.category),
    customFields: Object.fromEntries(filled.map(([field, column]) => [fieldKeyOf(field), cell(column)])),
    externalSource: mapping.name,
  };
}
