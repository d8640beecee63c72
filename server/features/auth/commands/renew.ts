import type { z } from 'zod';
import type { Done, RenewInput } from '../../../../contract/auth.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { readAccessToken, unauthenticated } from '../accessToken.js';
import { isApiKey } from '../apiKey.js';
import { authenticate } from '../authenticate.js';

/** The part of a connection that says who is on the other side. */
export interface SignedInConnection {
  token: string | null;
  signedIn(identity: { userId: string; sessionId: string | null; expiresAt: Date | null }): void;
}

/**
 * Puts a fresh access token on a living connection, whose own one may just have expired, so that it need not be cut.
 * @throws UNAUTHENTICATED nobody has signed in on this connection, or the new token is not valid; TOKEN_EXPIRED it is too
 * old already; FORBIDDEN it belongs to somebody else.
 */
export async function renew(
  deps: Deps,
  connection: SignedInConnection,
  { accessToken }: z.output<typeof RenewInput>,
): Promise<z.infer<typeof Done>> {
  const userId = await userOf(deps, connection.token);
  const { actor, expiresAt } = await authenticate(deps, accessToken);
  if (actor.userId !== userId) throw new AppError('FORBIDDEN', 'This token belongs to somebody else.');
  connection.token = accessToken;
  connection.signedIn({ userId, sessionId: actor.sessionId, expiresAt });
  return { done: true };
}

async function userOf(deps: Deps, token: string | null): Promise<string> {
  if (token === null) throw unauthenticated();
  if (isApiKey(token)) return (await authenticate(deps, token)).actor.userId;
  return (await readAccessToken(deps.auth, token, deps.clock.now(), { expiredToo: true })).userId;
}
