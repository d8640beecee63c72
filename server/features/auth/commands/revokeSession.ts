import type { z } from 'zod';
import type { Done, RevokeSessionInput } from '../../../../contract/auth.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { canManageCredentials } from '../auth.policy.js';
import { lockPerson, revokeSessions } from '../sessionStatements.js';

const findSession = statement(
  'sessions.find',
  'SELECT family_id FROM refresh_tokens WHERE family_id = $1 AND user_id = $2 LIMIT 1',
);

/**
 * Ends one of the caller's own sessions. Ending an ended one changes nothing.
 * @throws NOT_FOUND the caller has no such session; FORBIDDEN the call came by an API key.
 */
export function revokeSession(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RevokeSessionInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'auth.sessions.revoke', input }, async (unit) => {
    demand(canManageCredentials(actor));
    await lockPerson(unit.all, actor.userId);
    const found = await unit.all(findSession, [input.sessionId, actor.userId]);
    if (found.length === 0) throw notFound('session');
    await revokeSessions(unit, actor.userId, { only: input.sessionId });
    return { done: true };
  });
}
