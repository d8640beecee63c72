import type { z } from 'zod';
import { limits } from '../../../../contract/limits.js';
import type { ShareValidationInput, ShareValidationReply } from '../../../../contract/validation.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import { loadSession } from '../sessionRows.js';
import { sharesOf } from '../sessions.queries.js';
import { canManageSession } from '../validations.policy.js';

const findPerson = statement(
  'validations.person',
  (d) => `SELECT u.id FROM users u WHERE u.id = $1 AND u.active AND u.role <> 'CUSTOMER' ${d.lock('SHARE', 'u')}`,
);
const putShare = statement(
  'validations.putShare',
  `INSERT INTO validation_session_shares (id, session_id, user_id, permission, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $5)
   ON CONFLICT (session_id, user_id) DO UPDATE SET permission = excluded.permission, updated_at = excluded.updated_at`,
);
const takeShare = statement(
  'validations.takeShare',
  'DELETE FROM validation_session_shares WHERE session_id = $1 AND user_id = $2',
);

/**
 * Lets somebody see a session, or write into it, or takes that back. What is so already changes nothing.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canManageSession`; BAD_INPUT there is no such person, they are a
 * customer, or it is shared with too many.
 */
export function shareSession(
  deps: WriteDeps,
  actor: Actor,
  input: ShareValidationInput,
): Promise<z.output<typeof ShareValidationReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.sessions.share', input }, async (unit) => {
    const { sessionId, userId, permission } = input;
    // People are locked before all else.
    const [person] = await unit.all(findPerson, [userId]);
    const { session, standing } = await loadSession(unit, actor, sessionId);
    demand(canManageSession(standing));
    if (permission !== null && !person)
      throw new AppError('BAD_INPUT', 'It can be shared with staff only.', { field: 'userId' });
    const shares = await sharesOf(unit.all, sessionId);
    const before = shares.find((one) => one.userId === userId)?.permission ?? null;
    if (before === permission) return { shares };
    if (before === null && shares.length >= limits.sharesOfValidation)
      throw new AppError('BAD_INPUT', `It is shared with ${limits.sharesOfValidation} people already.`);
    write(unit, input);
    const { projectId } = session;
    const about = { entity: 'VALIDATION_SHARE', entityId: sessionId, projectId, action: 'UPDATED' } as const;
    unit.record.audit({
      ...about,
      ...(before !== null && { before: { sessionId, userId, permission: before } }),
      ...(permission !== null && { after: { sessionId, userId, permission } }),
    });
    const validation = { id: session.id, name: session.name };
    const to = { userId, type: 'validation.shared', projectId: null, ticketId: null } as const;
    unit.record.notify({ ...to, payload: { validation, permission } });
    return { shares: await sharesOf(unit.all, sessionId) };
  });
}

function write(unit: UnitOfWork, { sessionId, userId, permission }: ShareValidationInput): void {
  if (permission === null) unit.send(takeShare, [sessionId, userId]);
  else unit.send(putShare, [newId(), sessionId, userId, permission, unit.at]);
}
