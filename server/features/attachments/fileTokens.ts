import { errors, jwtVerify, SignJWT } from 'jose';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { loadAccessFacts } from '../auth/accessFacts.js';
import type { Deps } from '../deps.js';
import { statement } from '../../db/statement.js';

/** Long enough to begin, or to begin anew after a cut; what has begun may go on. */
const URL_MS = 10 * 60_000;
const ALGORITHM = 'HS256';

export interface FileGrant {
  readonly attachmentId: string;
  readonly action: 'put' | 'get';
}
/** Who was given the address, by which sign-in. */
export interface FileBearer {
  readonly userId: string;
  readonly sessionId: string | null;
}

const audienceOf = ({ attachmentId, action }: FileGrant): string => `${action} ${attachmentId}`;

/** An address that does one thing with one attachment, for a while, for this person and as long as they may. */
export async function signFileUrl(
  { auth, clock }: Deps,
  { userId, sessionId }: Actor,
  grant: FileGrant,
): Promise<{ url: string; expiresAt: string }> {
  const expires = Math.floor((clock.now().getTime() + URL_MS) / 1_000);
  const token = await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(userId)
    .setAudience(audienceOf(grant))
    .setExpirationTime(expires)
    .sign(await auth.fileKey);
  return {
    url: `/attachments/${grant.attachmentId}?token=${token}`,
    expiresAt: new Date(expires * 1_000).toISOString(),
  };
}

/** @throws FORBIDDEN it was not given out for this, or has expired. */
export async function readFileToken({ auth, clock }: Deps, token: string, grant: FileGrant): Promise<FileBearer> {
  try {
    const { payload } = await jwtVerify(token, await auth.fileKey, {
      algorithms: [ALGORITHM],
      audience: audienceOf(grant),
      currentDate: clock.now(),
      requiredClaims: ['sub', 'exp'],
    });
    const { sub = '', sid } = payload;
    return { userId: sub, sessionId: typeof sid === 'string' ? sid : null };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new AppError('FORBIDDEN', 'This address has expired, or was not given out for this.');
  }
}

const findName = statement('files.nameOf', 'SELECT name FROM users WHERE id = $1');

/** The bearer as an actor at this moment; null when they are inactive, or the sign-in has ended. */
export async function actorOf({ db, clock }: Deps, { userId, sessionId }: FileBearer): Promise<Actor | null> {
  const [[person], facts] = await Promise.all([
    db.all<{ name: string }>(findName, [userId]),
    loadAccessFacts(db, [userId], clock.now()),
  ]);
  const known = facts.get(userId);
  if (!person || !known?.active || (sessionId !== null && !known.liveSessions.has(sessionId))) return null;
  return { userId, name: person.name, role: known.role, sessionId, mayWrite: true };
}
