import type { UserRole } from '../../../contract/user.js';
import type { Dialect } from '../../db/dialect.js';
import { RefreshToken } from '../../db/models/RefreshToken.js';
import { insertRow } from '../../db/rowStatements.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';

/** Enough for one person's writers to wait for each other, and yet lets rows be written that point at the person. */
export const lockForChange = (d: Dialect, of: string): string =>
  d.name === 'postgres' ? `FOR NO KEY UPDATE OF ${of}` : '';

export interface Credentials {
  id: string;
  name: string;
  role: UserRole;
  active: boolean | number;
  password_hash: string;
}

// Everything that makes or ends sessions locks the person first: no successor of a token slips past its revocation.
const lockCredentials = statement(
  'users.lockCredentials',
  (d) => `SELECT u.id, u.name, u.role, u.active, u.password_hash FROM users u WHERE u.id = $1 ${lockForChange(d, 'u')}`,
);
export async function lockPerson(all: RunStatement, userId: string): Promise<Credentials | undefined> {
  const [person] = await all<Credentials>(lockCredentials, [userId]);
  return person;
}

export const personAsActor = (
  { id, name, role }: Pick<Credentials, 'id' | 'name' | 'role'>,
  sessionId: string,
): Actor => ({
  userId: id,
  name,
  role,
  sessionId,
  mayWrite: true,
});

export const insertToken = insertRow(RefreshToken, [
  ...(['id', 'userId', 'tokenHash', 'familyId', 'expiresAt', 'userAgent', 'ip', 'createdAt', 'updatedAt'] as const),
]);

// `$3` is the one session that is spared, `$4` the only one that is meant; the newest token stands for its session.
const revokeTokens = statement(
  'sessions.revoke',
  `UPDATE refresh_tokens SET revoked_at = $2, updated_at = $2
   WHERE user_id = $1 AND revoked_at IS NULL AND family_id <> $3 AND ($4 = '' OR family_id = $4)
   RETURNING family_id, used_at, expires_at, user_agent, ip`,
);

/**
 * Ends sessions of a person whose row is locked: one, all, or all but one. Their own stream is told, which ends what is
 * open under them. `sessionId` in that event is null when several ended at once.
 */
export async function revokeSessions(
  unit: UnitOfWork,
  userId: string,
  { only = '', except = '' }: { only?: string; except?: string } = {},
): Promise<void> {
  const revoked = await unit.all<RevokedToken>(revokeTokens, [userId, unit.at, except, only]);
  const live = revoked.filter((token) => token.used_at === null && new Date(token.expires_at) > unit.at);
  for (const { family_id: entityId, expires_at, user_agent: userAgent, ip } of live) {
    const before = { userId, userAgent, ip, expiresAt: new Date(expires_at) };
    unit.record.audit({ entity: 'SESSION', entityId, action: 'REVOKED', before });
  }
  const [first] = live;
  if (!first) return;
  unit.record.notify({
    userId,
    type: 'session.revoked',
    projectId: null,
    ticketId: null,
    payload: { sessionId: live.length === 1 ? first.family_id : null },
  });
}
interface RevokedToken {
  family_id: string;
  used_at: unknown;
  expires_at: Date | string;
  user_agent: string | null;
  ip: string | null;
}

const revokeKeys = statement(
  'apiKeys.revokeAll',
  `UPDATE api_keys SET revoked_at = $2, updated_at = $2 WHERE user_id = $1 AND revoked_at IS NULL
   RETURNING id, name, prefix`,
);

/** Ends every session and API key of a person whose row is locked. */
export async function endAllCredentials(unit: UnitOfWork, userId: string): Promise<void> {
  const revoked = await unit.all<{ id: string; name: string; prefix: string }>(revokeKeys, [userId, unit.at]);
  for (const { id, name, prefix } of revoked)
    unit.record.audit({ entity: 'API_KEY', entityId: id, action: 'REVOKED', before: { userId, name, prefix } });
  await revokeSessions(unit, userId);
}
