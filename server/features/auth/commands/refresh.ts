import type { z } from 'zod';
import type { RefreshInput, TokenReply } from '../../../../contract/auth.js';
import { decodeRow } from '../../../db/decodeRow.js';
import { RefreshToken } from '../../../db/models/RefreshToken.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { UserRole } from '../../../../contract/user.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { storeRefreshToken, tokenReply, type Caller } from '../issueTokens.js';
import { hashSecret } from '../secrets.js';
import { lockPerson, personAsActor, revokeSessions } from '../sessionStatements.js';

/** A client that lost the reply may ask again this long with the token it still has. */
const GRACE_MS = 10_000;

const findOwner = statement(
  'refreshTokens.owner',
  `SELECT u.id, u.name, u.role, t.family_id FROM refresh_tokens t JOIN users u ON u.id = t.user_id
   WHERE t.token_hash = $1`,
);
const findToken = statement('refreshTokens.byHash', 'SELECT t.* FROM refresh_tokens t WHERE t.token_hash = $1');
const useToken = statement(
  'refreshTokens.use',
  'UPDATE refresh_tokens SET used_at = $2, updated_at = $2, replaced_by_id = $3 WHERE id = $1',
);

const refused = () => new AppError('UNAUTHENTICATED', 'This session has ended. Sign in again.');

/**
 * Changes a refresh token for its successor and a new access token. The old one is spent; for ten seconds it still gives
 * the same successor, as long as that one is unused. Any later use means that two hold it: the whole session is revoked.
 * @throws UNAUTHENTICATED the token is unknown, expired, spent or revoked, or its owner is inactive.
 */
export async function refresh(
  deps: Deps,
  caller: Caller,
  input: z.output<typeof RefreshInput>,
): Promise<z.infer<typeof TokenReply>> {
  const hash = hashSecret(input.refreshToken);
  const [owner] = await deps.db.all<{ id: string; name: string; role: UserRole; family_id: string }>(findOwner, [hash]);
  if (!owner) throw refused();
  const successor = deps.auth.secrets.successorOf(input.refreshToken);
  const session = { userId: owner.id, sessionId: owner.family_id, refreshToken: successor };
  const call = { actor: personAsActor(owner, owner.family_id), procedure: 'auth.refresh', input: {} };
  // A refusal is an outcome and not an error here: the revocation of a stolen session must be committed.
  const outcome = await inUnitOfWork(deps, call, (unit) => rotate(unit, deps, hash, session, caller));
  if (outcome === 'refused') throw refused();
  return tokenReply(deps, session);
}

async function rotate(
  unit: UnitOfWork,
  { auth }: Deps,
  hash: string,
  session: { userId: string; sessionId: string; refreshToken: string },
  caller: Caller,
): Promise<'rotated' | 'refused'> {
  const person = await lockPerson(unit.all, session.userId);
  const [row] = await unit.all(findToken, [hash]);
  if (!person || !row) return 'refused';
  const token = decodeRow(RefreshToken, row);
  if (!person.active || token.revokedAt !== null || token.expiresAt <= unit.at) return 'refused';
  if (token.usedAt === null) {
    const { id } = await storeRefreshToken(unit, auth, session, caller);
    await unit.all(useToken, [token.id, unit.at, id]);
    return 'rotated';
  }
  const [next] = await unit.all(findToken, [hashSecret(session.refreshToken)]);
  const unused = next !== undefined && decodeRow(RefreshToken, next).usedAt === null;
  if (unused && unit.at.getTime() - token.usedAt.getTime() <= GRACE_MS) return 'rotated';
  await revokeSessions(unit, session.userId, { only: session.sessionId });
  return 'refused';
}
