import type { z } from 'zod';
import type { Done, RevokeApiKeyInput } from '../../../../contract/auth.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { canManageCredentials, sessionIdOfKey } from '../auth.policy.js';
import { lockPerson } from '../sessionStatements.js';

const findKey = statement(
  'apiKeys.find',
  'SELECT revoked_at, name, prefix FROM api_keys WHERE id = $1 AND user_id = $2',
);
const revokeKey = statement('apiKeys.revoke', 'UPDATE api_keys SET revoked_at = $2, updated_at = $2 WHERE id = $1');

/**
 * Ends one of the caller's own keys and what is open under it. Ending an ended one changes nothing.
 * @throws NOT_FOUND the caller has no such key; FORBIDDEN the call came by an API key.
 */
export function revokeApiKey(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RevokeApiKeyInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'auth.apiKeys.revoke', input }, async (unit) => {
    demand(canManageCredentials(actor));
    await lockPerson(unit.all, actor.userId);
    const [key] = await unit.all<{ revoked_at: unknown; name: string; prefix: string }>(findKey, [
      input.apiKeyId,
      actor.userId,
    ]);
    if (!key) throw notFound('API key');
    if (key.revoked_at === null) {
      await unit.all(revokeKey, [input.apiKeyId, unit.at]);
      unit.record.audit({
        entity: 'API_KEY',
        entityId: input.apiKeyId,
        action: 'REVOKED',
        before: { userId: actor.userId, name: key.name, prefix: key.prefix },
      });
      unit.record.notify({
        userId: actor.userId,
        type: 'session.revoked',
        projectId: null,
        ticketId: null,
        payload: { sessionId: sessionIdOfKey(input.apiKeyId) },
      });
    }
    return { done: true };
  });
}
