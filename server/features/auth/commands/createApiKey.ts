import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { apiKeyScopes, type CreateApiKeyInput, type CreatedApiKey } from '../../../../contract/auth.js';
import { ApiKey } from '../../../db/models/ApiKey.js';
import { insertRow } from '../../../db/rowStatements.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { apiKeyText } from '../apiKey.js';
import { canManageCredentials } from '../auth.policy.js';
import { presentApiKey } from '../auth.present.js';
import { hashSecret } from '../secrets.js';

const insertKey = insertRow(ApiKey, [
  ...(['id', 'userId', 'name', 'prefix', 'keyHash', 'scopes', 'expiresAt', 'createdAt', 'updatedAt'] as const),
]);

/**
 * Makes a key that acts as the caller, for programs. Without the scope `write` it may only read.
 * @throws FORBIDDEN the call came by an API key; BAD_INPUT `expiresAt` has passed.
 */
export async function createApiKey(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof CreateApiKeyInput>,
): Promise<z.infer<typeof CreatedApiKey>> {
  const made = await inUnitOfWork(deps, { actor, procedure: 'auth.apiKeys.create', input }, async (unit) => {
    demand(canManageCredentials(actor));
    const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt);
    if (expiresAt !== null && expiresAt <= unit.at)
      throw new AppError('BAD_INPUT', 'This moment has passed.', { field: 'expiresAt' });
    const key = { id: newId(), prefix: randomBytes(4).toString('hex') };
    const row = {
      ...key,
      userId: actor.userId,
      name: input.name,
      keyHash: hashSecret(apiKeyText(deps.auth, key)),
      scopes: apiKeyScopes.filter((scope) => input.scopes.includes(scope)),
      expiresAt,
      createdAt: unit.at,
      updatedAt: unit.at,
    };
    await unit.all(insertKey.statement, insertKey.values(row));
    unit.record.audit({ entity: 'API_KEY', entityId: row.id, action: 'CREATED', after: row });
    return presentApiKey({ ...row, lastUsedAt: null, revokedAt: null });
  });
  // Made again from the id and not part of the stored reply: the secret itself is nowhere kept.
  return { ...made, key: apiKeyText(deps.auth, made) };
}
