import type { z } from 'zod';
import type {
  DecideDiscrepanciesReply,
  ResolveDiscrepanciesInput,
  WaiveDiscrepanciesInput,
} from '../../../../contract/finding.js';
import { sendRows } from '../../../db/rowStatements.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { decidedBy, decideDiscrepancy, entryOf } from '../discrepancyRows.js';
import { loadDiscrepancies } from '../loadDiscrepancies.js';
import { tellDecided } from '../tellDecided.js';
import { canDecideFindings } from '../validations.policy.js';
import { presentDiscrepancy, type DiscrepancyRow } from '../validations.present.js';

type Decision = 'RESOLVED' | 'WAIVED';
interface Decided {
  readonly discrepancyIds: readonly string[];
  readonly reason?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * They are no more, and whoever says so has looked. What is so already changes nothing.
 * @throws NOT_FOUND one of them is not there for this actor; FORBIDDEN see `canDecideFindings`; CONFLICT one has a ticket.
 */
export const resolveDiscrepancies = (
  deps: WriteDeps,
  actor: Actor,
  input: z.output<typeof ResolveDiscrepanciesInput>,
): Promise<DecideDiscrepanciesReply> => decide(deps, actor, 'validations.discrepancies.resolve', 'RESOLVED', input);

/** They are there, and may be. Throws as `resolveDiscrepancies`. */
export const waiveDiscrepancies = (
  deps: WriteDeps,
  actor: Actor,
  input: z.output<typeof WaiveDiscrepanciesInput>,
): Promise<DecideDiscrepanciesReply> => decide(deps, actor, 'validations.discrepancies.waive', 'WAIVED', input);

const decide = (
  deps: WriteDeps,
  actor: Actor,
  procedure: string,
  status: Decision,
  input: Decided,
): Promise<DecideDiscrepanciesReply> =>
  inUnitOfWork(deps, { actor, procedure, input }, async (unit) => {
    const seen = await loadDiscrepancies(unit, actor, input.discrepancyIds);
    for (const { standing } of seen) demand(canDecideFindings(standing));
    const ticketed = seen.find(({ row }) => row.status === 'TICKETED');
    if (ticketed) throw new AppError('CONFLICT', 'It is resolved with its ticket.', { discrepancyId: ticketed.row.id });
    const decision = { status, ...decidedBy(personOf(actor), input.reason ?? null, unit.at), updatedAt: unit.at };
    const after = seen.map(({ row }): DiscrepancyRow => (row.status === status ? row : { ...row, ...decision }));
    const changed = after.filter((row, nth) => row !== seen[nth]?.row);
    sendRows(unit, decideDiscrepancy, changed);
    seen.forEach(({ row: before }, nth) => {
      const row = after[nth];
      if (row && row !== before) unit.record.audit({ ...entryOf(row), before, after: row });
    });
    await tellDecided(unit, changed);
    return { discrepancies: after.map(presentDiscrepancy) };
  });
