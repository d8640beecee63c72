import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '../../kernel/errors.js';
import type { AuthSettings } from './authSettings.js';

/** Pinned: a token names its own algorithm, and must not choose it. */
const ALGORITHM = 'HS256';

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

const seconds = (moment: Date): number => Math.floor(moment.getTime() / 1_000);

export async function signAccessToken(
  auth: AuthSettings,
  userId: string,
  sessionId: string,
  now: Date,
): Promise<string> {
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(userId)
    .setIssuer(auth.jwt.issuer)
    .setAudience(auth.jwt.audience)
    .setIssuedAt(seconds(now))
    .setExpirationTime(seconds(new Date(now.getTime() + auth.accessTokenTtlMs)))
    .sign(await auth.jwt.key);
}

/** As many tokens are remembered as people sign in within a quarter of an hour; the oldest are forgotten. */
const REMEMBERED = 10_000;

/**
 * What tokens say whose signature was found to be ours: it stays ours, and to find it again costs as much as a statement.
 * Time is compared anew each time, and so is the session, by whoever asks.
 */
const verified = new WeakMap<AuthSettings, Map<string, AccessClaims>>();

function remember(auth: AuthSettings, token: string, claims: AccessClaims): AccessClaims {
  const known = verified.get(auth) ?? new Map<string, AccessClaims>();
  verified.set(auth, known);
  const [oldest] = known.size < REMEMBERED ? [] : known.keys();
  if (oldest !== undefined) known.delete(oldest);
  known.set(token, claims);
  return claims;
}

export const unauthenticated = (): AppError => new AppError('UNAUTHENTICATED', 'Sign in first.');

/**
 * What the token says; whether its session still lives is another question.
 * @throws TOKEN_EXPIRED ours, but too old (never with `expiredToo`); UNAUTHENTICATED anything else.
 */
export async function readAccessToken(
  auth: AuthSettings,
  token: string,
  now: Date,
  { expiredToo = false } = {},
): Promise<AccessClaims> {
  const known = verified.get(auth)?.get(token);
  if (known && known.expiresAt > now) return known;
  try {
    const { payload } = await jwtVerify(token, await auth.jwt.key, {
      algorithms: [ALGORITHM],
      issuer: auth.jwt.issuer,
      audience: auth.jwt.audience,
      currentDate: now,
      requiredClaims: ['sub', 'sid', 'exp'],
      clockTolerance: expiredToo ? Number.MAX_SAFE_INTEGER : 0,
    });
    const { sub = '', sid, exp = 0 } = payload;
    if (typeof sid !== 'string') throw unauthenticated();
    return remember(auth, token, { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1_000) });
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', 'The access token has expired.');
    if (error instanceof errors.JOSEError) throw unauthenticated();
    throw error;
  }
}
