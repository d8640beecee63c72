import { createAuth } from '../../server/features/auth/createAuth.js';
import { signAccessToken } from '../../server/features/auth/accessToken.js';
import { idOf, size } from './world.js';

const HOUR_MS = 3_600_000;
const settings = {
  jwtSecret: 'the secret of a bench that lives for some minutes',
  jwtIssuer: 'baton',
  jwtAudience: 'baton',
  accessTokenTtlMs: HOUR_MS,
  refreshTokenTtlMs: HOUR_MS,
};

/** What a server is told of them; and that they may ask as much as they can. */
export const authEnvironment = { JWT_SECRET: settings.jwtSecret, ACCESS_TOKEN_TTL: '1h', CALLS_PER_SECOND: '0' };

/** An access token of each person, in the order of their numbers. */
export function accessTokens(): Promise<string[]> {
  const auth = createAuth(settings);
  const people = Array.from({ length: size.people }, (_, index) => index + 1);
  return Promise.all(people.map((n) => signAccessToken(auth, idOf('user', n), idOf('session', n), new Date())));
}
