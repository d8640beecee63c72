import {
  validationTransitions,
  type SetValidationStatusInput,
  type ValidationSession,
  type ValidationStatus,
} from '../../../../contract/validation.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { demandVersion } from '../../demandVersion.js';
import { loadSession, sendStatusChange, updateSession } from '../sessionRows.js';
import { tellSession } from '../tellValidation.js';
import { canEditSession } from '../validations.policy.js';
import { presentSession, type SessionRow } from '../validations.present.js';

/**
 * Brings a session to a status that may follow its own, and says how far it is. What it says already changes nothing.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canEditSession`; CONFLICT `expectedVersion` is stale, or this status
 * cannot follow.
 */
export function setSessionStatus(
  deps: WriteDeps,
  actor: Actor,
  input: SetValidationStatusInput,
): Promise<ValidationSession> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.sessions.setStatus', input }, async (unit) => {
    const { session, standing } = await loadSession(unit, actor, input.sessionId);
    demand(canEditSession(standing));
    demandVersion(session, input.expectedVersion, 'validation');
    const isMoved = input.status !== session.status;
    if (isMoved) demandTransition(session.status, input.status);
    const progress = input.progress ?? (isMoved && input.status === 'COMPLETED' ? 100 : session.progress);
    const isSame = !isMoved && progress === session.progress && input.response === undefined;
    if (isSame) return presentSession(session);
    const { status, response } = input;
    const row = updateSession(unit, session, {
      status,
      progress,
      ...(response === undefined ? {} : { response }),
      ...(isMoved ? timesOf(session, status, unit.at) : {}),
    });
    if (isMoved) sendStatusChange(unit, actor, row, session.status, input.reason ?? null);
    await tellSession(unit, row);
    return presentSession(row);
  });
}

function demandTransition(from: ValidationStatus, to: ValidationStatus): void {
  if (validationTransitions[from].includes(to)) return;
  const next = validationTransitions[from].join(' or ') || 'nothing';
  throw new AppError('CONFLICT', `After ${from} comes ${next}.`, { field: 'status', status: from });
}

/** What is tried again has not ended. */
const timesOf = (session: SessionRow, to: ValidationStatus, at: Date): Partial<SessionRow> =>
  to === 'RUNNING' ? { startedAt: session.startedAt ?? at, finishedAt: null } : { finishedAt: at };
