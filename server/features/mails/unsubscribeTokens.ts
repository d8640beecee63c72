import { errors, jwtVerify, SignJWT } from 'jose';
import type { Deps } from '../deps.js';

const ALGORITHM = 'HS256';
const AUDIENCE = 'unsubscribe';

/** Lets its bearer, whoever that is, stop the e-mails to this person and nothing else. Has no end: mails are read late. */
export const signUnsubscribe = async ({ auth }: Pick<Deps, 'auth'>, userId: string): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(userId)
    .setAudience(AUDIENCE)
    .sign(await auth.unsubscribeKey);

/** Whose e-mails it stops; null when it was not given out by this installation. */
export async function readUnsubscribe({ auth }: Pick<Deps, 'auth'>, token: string): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, await auth.unsubscribeKey, {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      requiredClaims: ['sub'],
    });
    return payload.sub ?? null;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return null;
  }
}
