import type { BulkResult, BulkUpdateInput, BulkUpdateReply } from '../../../../contract/bulkUpdate.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { AppError, notFound, orError } from '../../../kernel/errors.js';
import { groupBy } from '../../../kernel/groupBy.js';
import type { FieldRow } from '../../customFields/customFields.present.js';
import { fieldsOf } from '../../customFields/fieldRows.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { clashesOf } from '../fieldMerge.js';
import { findTickets, type LoadedTicket } from '../loadTicket.js';
import { holdAncestors, parentProblem, readAncestors, type Ancestor } from '../parentTicket.js';
import { patched } from '../patched.js';
import { planChange, type TicketPlan } from '../ticketPlan.js';
import { canEditTicket } from '../tickets.policy.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Changes fields of many tickets as `updateTicket` does those of one, in one transaction. What stands against one of them is
 * in its line of the report and holds up no other. A foreign ticket is reported exactly as a missing one.
 * @throws BAD_INPUT the patch names a department or a skill that there is not: nothing is changed.
 */
export function bulkUpdateTickets(deps: Deps, actor: Actor, input: BulkUpdateInput): Promise<BulkUpdateReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.bulkUpdate', input }, async (unit) => {
    const found = await findAll(unit, actor, input);
    const patch = definedOnly(input.patch);
    const fieldsIn = patch.customFields ? await fieldsByProject(unit, found) : new Map<string, FieldRow[]>();
    const planOf = (held: LoadedTicket) => {
      const fields = fieldsIn.get(held.row.projectId) ?? [];
      const change = { event: 'ticket.updated', patch: patched(held.row, patch, fields) } as const;
      return planChange(held, { ...change, reason: input.reason ?? null }, actor, unit.at);
    };
    const decided = found.map((one) => (one instanceof AppError ? one : orError(() => planOf(one))));
    const plans = decided.filter((one): one is TicketPlan => one !== null && !(one instanceof AppError));
    const written = await writeTickets(deps, unit, actor, plans);
    const writtenOf = new Map(written.map((ticket) => [ticket.id, ticket]));
    const results = input.ticketIds.map((ticketId, nth): BulkResult => {
      const [one, made] = [decided[nth], found[nth]];
      if (one instanceof AppError) return failed(ticketId, one);
      const now = writtenOf.get(ticketId) ?? (made as LoadedTicket).row;
      const outcome = one ? 'UPDATED' : 'UNCHANGED';
      return { ticketId, outcome, version: now.version, seq: now.lastSeq };
    });
    return { results };
  });
}

const failed = (ticketId: string, { code, message, details }: AppError): BulkResult => ({
  ticketId,
  outcome: 'FAILED',
  code,
  message,
  ...(Object.keys(details).length > 0 && { details }),
});

async function fieldsByProject(unit: UnitOfWork, found: readonly (LoadedTicket | AppError)[]) {
  const projects = found.flatMap((one) => (one instanceof AppError ? [] : one.row.projectId));
  return groupBy(await fieldsOf(unit, projects), ({ projectId }) => projectId);
}

/** The tickets in the order asked, under their locks, or why they are not changed. */
async function findAll(unit: UnitOfWork, actor: Actor, input: BulkUpdateInput): Promise<(LoadedTicket | AppError)[]> {
  const { ticketIds, expectedVersions, patch } = input;
  const { parentId } = patch;
  const above = parentId ? (await readAncestors(unit, parentId)).map(({ id }) => id) : [];
  const found = await findTickets(unit, actor, ticketIds, above);
  const permitted = ticketIds.map((id) => {
    const one = found.get(id) ?? notFound('ticket');
    return one instanceof AppError ? one : (forbidden(one, patch) ?? one);
  });
  const edits = permitted.flatMap((one, nth) =>
    one instanceof AppError ? [] : [{ row: one.row, expectedVersion: expectedVersions?.[nth] ?? undefined }],
  );
  const clashes = await clashesOf(unit, edits, definedOnly(patch));
  const line = parentId && edits.length > 0 ? await holdAncestors(unit, parentId) : null;
  return permitted.map((one) =>
    one instanceof AppError ? one : (clashes.get(one.row.id) ?? misplaced(line, one) ?? one),
  );
}

function forbidden({ standing }: LoadedTicket, patch: BulkUpdateInput['patch']): AppError | null {
  const decision = canEditTicket(standing, patch);
  return decision.allowed ? null : new AppError('FORBIDDEN', decision.reason);
}

const misplaced = (line: readonly Ancestor[] | null, { row }: LoadedTicket): AppError | null =>
  line && parentProblem(line, row);
