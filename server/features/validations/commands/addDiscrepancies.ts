import type { AddDiscrepanciesInput, AddDiscrepanciesReply } from '../../../../contract/finding.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import { recordFound } from '../recordFound.js';
import { loadSession } from '../sessionRows.js';
import { canEditSession } from '../validations.policy.js';

const findResult = statement(
  'validations.resultOf',
  'SELECT r.id FROM validation_results r WHERE r.id = $1 AND r.session_id = $2',
);

/**
 * Puts differences down that a session found; see `recordFound`.
 * @throws NOT_FOUND no such session for this actor, or no such result in it; FORBIDDEN see `canEditSession`.
 */
export function addDiscrepancies(
  deps: WriteDeps,
  actor: Actor,
  input: AddDiscrepanciesInput,
): Promise<AddDiscrepanciesReply> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.discrepancies.add', input }, async (unit) => {
    const { sessionId, resultId = null, discrepancies } = input;
    const { session, standing } = await loadSession(unit, actor, sessionId);
    demand(canEditSession(standing));
    if (resultId !== null && (await unit.all(findResult, [resultId, sessionId])).length === 0) throw notFound('result');
    return recordFound(unit, session, resultId, discrepancies);
  });
}
