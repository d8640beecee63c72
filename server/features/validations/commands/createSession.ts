import type { CreateValidationInput, ValidationSession } from '../../../../contract/validation.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import { standingIn } from '../../projects/projects.queries.js';
import { insertSession, technologyKey } from '../sessionRows.js';
import { tellSession } from '../tellValidation.js';
import { canValidate, canValidateIn } from '../validations.policy.js';
import { presentSession, type SessionRow } from '../validations.present.js';

const untouched = {
  status: 'PENDING',
  response: null,
  progress: 0,
  compared: 0,
  matched: 0,
  fidelityScore: null,
  nLow: 0,
  nMedium: 0,
  nHigh: 0,
  nCritical: 0,
  tests: 0,
  testsPassed: 0,
  logSeq: 0,
  startedAt: null,
  finishedAt: null,
  archivedAt: null,
  deletedAt: null,
  deletedBy: null,
  deleteReason: null,
  version: 1,
} as const;

/**
 * Opens a session, which waits.
 * @throws FORBIDDEN see `canValidate`, `canValidateIn`; NOT_FOUND no such project for this actor.
 */
export function createSession(deps: WriteDeps, actor: Actor, input: CreateValidationInput): Promise<ValidationSession> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.sessions.create', input }, async (unit) => {
    demand(canValidate(actor));
    const { name, sourceTechnology, targetTechnology, projectId = null, request, metadata } = input;
    if (projectId !== null) demand(canValidateIn(await standingIn(unit.all, actor, projectId)));
    const row: SessionRow = {
      id: newId(),
      name,
      sourceTechnology,
      targetTechnology,
      sourceKey: technologyKey(sourceTechnology),
      targetKey: technologyKey(targetTechnology),
      request,
      metadata,
      ownerId: personOf(actor),
      ownerName: personOf(actor) === null ? null : actor.name,
      projectId,
      createdAt: unit.at,
      updatedAt: unit.at,
      ...untouched,
    };
    insertSession(unit, actor, row);
    await tellSession(unit, row);
    return presentSession(row);
  });
}
