import type { AddResultInput, ValidationResult as Presented } from '../../../../contract/finding.js';
import { ValidationResult } from '../../../db/models/ValidationResult.js';
import { insertRow } from '../../../db/rowStatements.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import { loadSession, updateSession } from '../sessionRows.js';
import { tellSession } from '../tellValidation.js';
import { canEditSession } from '../validations.policy.js';
import { fidelityOf, presentResult, type ResultRow } from '../validations.present.js';

const insertResult = insertRow(ValidationResult, [
  ...(['id', 'sessionId', 'kind', 'status', 'compared', 'matched', 'fidelityScore', 'details'] as const),
  ...(['createdAt', 'updatedAt'] as const),
]);

/**
 * Puts down what a comparison came to; the session's score follows.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canEditSession`.
 */
export function addResult(deps: WriteDeps, actor: Actor, input: AddResultInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.results.add', input }, async (unit) => {
    const { session, standing } = await loadSession(unit, actor, input.sessionId);
    demand(canEditSession(standing));
    const { sessionId, kind, compared, matched, details } = input;
    const row: ResultRow = {
      id: newId(),
      sessionId,
      kind,
      status: input.status ?? statusOf(input),
      compared,
      matched,
      fidelityScore: fidelityOf(matched, compared),
      details,
      createdAt: unit.at,
      updatedAt: unit.at,
    };
    unit.send(insertResult.statement, insertResult.values(row));
    const [all, same] = [session.compared + compared, session.matched + matched];
    const scored = { compared: all, matched: same, fidelityScore: fidelityOf(same, all) };
    await tellSession(unit, updateSession(unit, session, scored));
    return presentResult(row);
  });
}

const statusOf = ({ compared, matched }: AddResultInput): Presented['status'] =>
  compared === 0 ? 'SKIPPED' : matched === compared ? 'PASSED' : 'FAILED';
