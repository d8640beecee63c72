import type { UserRole } from '../../../contract/user.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { readAccessToken, unauthenticated } from './accessToken.js';
import { isApiKey } from './apiKey.js';
import { sessionIdOfKey } from './auth.policy.js';
import { hashSecret } from './secrets.js';

export interface Identity {
  readonly actor: Actor;
  readonly mustChangePassword: boolean;
  /** When the token ends by itself; null for an API key without an end. */
  readonly expiresAt: Date | null;
}

interface Person {
  id: string;
  name: string;
  role: UserRole;
  must_change_password: boolean | number;
}

const findBySession = statement(
  'auth.bySession',
  `SELECT u.id, u.name, u.role, u.must_change_password FROM users u
   WHERE u.id = $1 AND u.active = $3 AND EXISTS (
     SELECT 1 FROM refresh_tokens t WHERE t.family_id = $2 AND t.user_id = u.id
       AND t.used_at IS NULL AND t.revoked_at IS NULL AND t.expires_at > $4)`,
);
const findByApiKey = statement(
  'auth.byApiKey',
  (d) => `SELECT u.id, u.name, u.role, u.must_change_password, k.id AS key_id, ${d.jsonText('k.scopes')} AS scopes,
     k.expires_at, k.last_used_at
   FROM api_keys k JOIN users u ON u.id = k.user_id
   WHERE k.key_hash = $1 AND u.active = $2 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)`,
);
const touchApiKey = statement(
  'apiKeys.touch',
  'UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)',
);

/**
 * Who calls, by access token or API key. Role, activity and session are read anew each time, in one statement: a token
 * is only as good as what the database says at this moment.
 * @throws TOKEN_EXPIRED the access token is too old; UNAUTHENTICATED there is none, or it is not valid (any more).
 */
export function authenticate(deps: Deps, token: string | null): Promise<Identity> {
  if (token === null || token === '') return Promise.reject(unauthenticated());
  return isApiKey(token) ? byApiKey(deps, token) : byAccessToken(deps, token);
}

async function byAccessToken({ auth, clock, db }: Deps, token: string): Promise<Identity> {
  const now = clock.now();
  const { userId, sessionId, expiresAt } = await readAccessToken(auth, token, now);
  const [person] = await db.all<Person>(findBySession, [userId, sessionId, true, now]);
  if (!person) throw unauthenticated();
  return identity(person, { sessionId, mayWrite: true, expiresAt });
}

type KeyRow = Person & {
  key_id: string;
  scopes: string;
  expires_at: Date | string | null;
  last_used_at: Date | string | null;
};

async function byApiKey(deps: Deps, token: string): Promise<Identity> {
  const now = deps.clock.now();
  const [key] = await deps.db.all<KeyRow>(findByApiKey, [hashSecret(token), true, now]);
  if (!key) throw unauthenticated();
  await noteUse(deps, key, now);
  return identity(key, {
    sessionId: sessionIdOfKey(key.key_id),
    mayWrite: (JSON.parse(key.scopes) as string[]).includes('write'),
    expiresAt: key.expires_at === null ? null : new Date(key.expires_at),
  });
}

const identity = (
  person: Person,
  { expiresAt, ...by }: { sessionId: string; mayWrite: boolean; expiresAt: Date | null },
): Identity => ({
  actor: { userId: person.id, name: person.name, role: person.role, ...by },
  mustChangePassword: Boolean(person.must_change_password),
  expiresAt,
});

const TOUCH_EVERY_MS = 60_000;

/** At most once a minute, and never at the price of the call itself. */
async function noteUse({ db, log }: Deps, key: KeyRow, now: Date): Promise<void> {
  const stale = new Date(now.getTime() - TOUCH_EVERY_MS);
  if (key.last_used_at !== null && new Date(key.last_used_at) >= stale) return;
  try {
    await db.sequelize.transaction(async (transaction) => {
      await db.on(transaction)(touchApiKey, [key.key_id, now, stale]);
    });
  } catch (error) {
    log.warn({ apiKeyId: key.key_id, error: String(error) }, 'the use of an API key could not be noted');
  }
}
