import type { z } from 'zod';
import type { TokenReply } from '../../../contract/auth.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import type { Deps } from '../deps.js';
import { getOwnUser } from '../users/users.queries.js';
import { signAccessToken } from './accessToken.js';
import type { AuthSettings } from './authSettings.js';
import { hashSecret } from './secrets.js';
import { insertToken } from './sessionStatements.js';

/** Where a session is used from, as its list shows it. */
export interface Caller {
  readonly ip: string;
  readonly userAgent: string | null;
}

type NewToken = Parameters<typeof insertToken.values>[0];

/** Stores the hash of a refresh token as the newest of its session. */
export async function storeRefreshToken(
  unit: UnitOfWork,
  auth: AuthSettings,
  token: { userId: string; sessionId: string; refreshToken: string },
  caller: Caller,
): Promise<NewToken> {
  const row = {
    id: newId(),
    userId: token.userId,
    tokenHash: hashSecret(token.refreshToken),
    familyId: token.sessionId,
    expiresAt: new Date(unit.at.getTime() + auth.refreshTokenTtlMs),
    userAgent: caller.userAgent?.slice(0, 500) ?? null,
    ip: caller.ip.slice(0, 64),
    createdAt: unit.at,
    updatedAt: unit.at,
  };
  await unit.all(insertToken.statement, insertToken.values(row));
  return row;
}

export async function tokenReply(
  { auth, clock, db }: Deps,
  { userId, sessionId, refreshToken }: { userId: string; sessionId: string; refreshToken: string },
): Promise<z.infer<typeof TokenReply>> {
  const [accessToken, user] = await Promise.all([
    signAccessToken(auth, userId, sessionId, clock.now()),
    getOwnUser(db.all, userId),
  ]);
  return { accessToken, refreshToken, expiresIn: Math.floor(auth.accessTokenTtlMs / 1_000), user };
}
