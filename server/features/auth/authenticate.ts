import type { UserRole } from '../../../contract/user.js';
import { statement } from '../../db/statement.js';
import { batcherOf } from '../../kernel/batcher.js';
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
const findBySessions = statement(
  'auth.bySessions',
  (d) => `SELECT u.id, u.name, u.role, u.must_change_password, t.family_id
   FROM refresh_tokens t JOIN users u ON u.id = t.user_id
   WHERE ${d.anyOf('t.family_id', '$1')} AND u.active = $2
     AND t.used_at IS NULL AND t.revoked_at IS NULL AND t.expires_at > $3`,
);
const findByApiKeys = statement(
  'auth.byApiKeys',
  (
    d,
  ) => `SELECT u.id, u.name, u.role, u.must_change_password, k.id AS key_id, k.key_hash, ${d.jsonText('k.scopes')} AS scopes,
     k.expires_at, k.last_used_at
   FROM api_keys k JOIN users u ON u.id = k.user_id
   WHERE ${d.anyOf('k.key_hash', '$1')} AND u.active = $2 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)`,
);
const touchApiKeys = statement(
  'apiKeys.touch',
  (d) =>
    `UPDATE api_keys SET last_used_at = $2 WHERE ${d.anyOf('id', '$1')} AND (last_used_at IS NULL OR last_used_at < $3)`,
);

/** How people are found who show a credential: by reads that begin after they were asked for. */
interface People {
  bySession(deps: Deps, userId: string, sessionId: string): Promise<Person | undefined>;
  byKeyHash(deps: Deps, hash: string): Promise<KeyRow | undefined>;
}

/** One statement for each: the first answer. */
const alone: People = {
  bySession: async ({ db, clock }, userId, sessionId) =>
    (await db.all<Person>(findBySession, [userId, sessionId, true, clock.now()]))[0],
  byKeyHash: async (deps, hash) => (await peopleByKeys(deps, [hash])).get(hash),
};

/** One statement for all who ask while another one is being answered. */
const together: People = {
  bySession: async (deps, userId, sessionId) => {
    const person = (await joinedSessions(deps, sessionId)).get(sessionId);
    return person?.id === userId ? person : undefined;
  },
  byKeyHash: async (deps, hash) => (await joinedKeys(deps, hash)).get(hash),
};
const joinedSessions = batcherOf(async ({ db, clock }: Deps, sessionIds) => {
  const rows = await db.all<Person & { family_id: string }>(findBySessions, [sessionIds, true, clock.now()]);
  return new Map(rows.map((row) => [row.family_id, row]));
});
const joinedKeys = batcherOf(peopleByKeys);

async function peopleByKeys({ db, clock }: Deps, hashes: readonly string[]): Promise<ReadonlyMap<string, KeyRow>> {
  const rows = await db.all<KeyRow>(findByApiKeys, [hashes, true, clock.now()]);
  return new Map(rows.map((row) => [row.key_hash, row]));
}

/**
 * Who calls, by access token or API key. Role, activity and session are read anew each time, in one statement: a token
 * is only as good as what the database says at this moment.
 * @throws TOKEN_EXPIRED the access token is too old; UNAUTHENTICATED there is none, or it is not valid (any more).
 */
export const authenticate = (deps: Deps, token: string | null): Promise<Identity> => recognise(deps, token, alone);

/** The same for those of whom thousands may come at once, after a cut: their reads are joined. */
export const authenticateTogether = (deps: Deps, token: string | null): Promise<Identity> =>
  recognise(deps, token, together);

function recognise(deps: Deps, token: string | null, people: People): Promise<Identity> {
  if (token === null || token === '') return Promise.reject(unauthenticated());
  return isApiKey(token) ? byApiKey(deps, token, people) : byAccessToken(deps, token, people);
}

async function byAccessToken(deps: Deps, token: string, people: People): Promise<Identity> {
  const { userId, sessionId, expiresAt } = await readAccessToken(deps.auth, token, deps.clock.now());
  const person = await people.bySession(deps, userId, sessionId);
  if (!person) throw unauthenticated();
  return identity(person, { sessionId, mayWrite: true, expiresAt });
}

type KeyRow = Person & {
  key_id: string;
  key_hash: string;
  scopes: string;
  expires_at: Date | string | null;
  last_used_at: Date | string | null;
};

async function byApiKey(deps: Deps, token: string, people: People): Promise<Identity> {
  const key = await people.byKeyHash(deps, hashSecret(token));
  if (!key) throw unauthenticated();
  await noteUse(deps, key);
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
async function noteUse(deps: Deps, { key_id: id, last_used_at: last }: KeyRow): Promise<void> {
  if (last === null || new Date(last) < staleAt(deps)) await joinedNotes(deps, id);
}

const staleAt = ({ clock }: Deps): Date => new Date(clock.now().getTime() - TOUCH_EVERY_MS);

const joinedNotes = batcherOf(async (deps: Deps, keyIds) => {
  const { db, clock, log } = deps;
  try {
    await db.sequelize.transaction(async (transaction) => {
      await db.on(transaction)(touchApiKeys, [keyIds, clock.now(), staleAt(deps)]);
    });
  } catch (error) {
    log.warn({ apiKeyIds: keyIds, error: String(error) }, 'the use of API keys could not be noted');
  }
});
