import type { ProjectRole } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import type { Database } from '../../db/database.js';
import { statement } from '../../db/statement.js';
import { sessionIdOfKey } from './auth.policy.js';

/** Everything that decides what a person may see, and by which sign-ins. */
export interface AccessFacts {
  readonly userId: string;
  readonly role: UserRole;
  readonly active: boolean;
  readonly projects: ReadonlyMap<string, ProjectRole>;
  /** The private channels that the person is a member of, by project, in the order of their ids. */
  readonly channels: ReadonlyMap<string, readonly string[]>;
  /** Sessions and, as `key:<id>`, API keys that are neither revoked nor expired: see `Actor.sessionId`. */
  readonly liveSessions: ReadonlySet<string>;
}

// One statement, hence one snapshot. `subject` and `detail` by kind: role and activity; project and role; project and
// private channel; session; key.
const findFacts = statement(
  'auth.accessFacts',
  (
    d,
  ) => `SELECT 'user' AS kind, u.id AS user_id, u.role AS subject, CASE WHEN u.active = $2 THEN 'active' ELSE '' END AS detail
   FROM users u WHERE ${d.anyOf('u.id', '$1')}
   UNION ALL SELECT 'project', m.user_id, m.project_id, m.role FROM project_members m WHERE ${d.anyOf('m.user_id', '$1')}
   UNION ALL SELECT 'channel', m.user_id, c.project_id, c.id FROM conversation_members m
     JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'CHANNEL' AND c.is_private = $2
     WHERE ${d.anyOf('m.user_id', '$1')}
   UNION ALL SELECT 'session', t.user_id, t.family_id, '' FROM refresh_tokens t
     WHERE ${d.anyOf('t.user_id', '$1')} AND t.used_at IS NULL AND t.revoked_at IS NULL AND t.expires_at > $3
   UNION ALL SELECT 'key', k.user_id, k.id, '' FROM api_keys k
     WHERE ${d.anyOf('k.user_id', '$1')} AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)`,
);

/** The facts of these people as they stand at `now`; nobody in the map is unknown. */
export async function loadAccessFacts(
  db: Database,
  userIds: readonly string[],
  now: Date = new Date(),
): Promise<Map<string, AccessFacts>> {
  type Row = {
    kind: 'user' | 'project' | 'channel' | 'session' | 'key';
    user_id: string;
    subject: string;
    detail: string;
  };
  const rows = await db.all<Row>(findFacts, [userIds, true, now]);
  const factsOf = new Map<string, ReturnType<typeof noFacts>>();
  for (const { kind, user_id: userId, subject, detail } of rows) {
    if (kind !== 'user') continue;
    factsOf.set(userId, noFacts(userId, subject as UserRole, detail === 'active'));
  }
  for (const { kind, user_id: userId, subject, detail } of rows) {
    const facts = factsOf.get(userId);
    if (kind === 'project') facts?.projects.set(subject, detail as ProjectRole);
    if (kind === 'channel') facts?.channels.set(subject, [...(facts.channels.get(subject) ?? []), detail].toSorted());
    if (kind === 'session') facts?.liveSessions.add(subject);
    if (kind === 'key') facts?.liveSessions.add(sessionIdOfKey(subject));
  }
  return factsOf;
}

const noFacts = (userId: string, role: UserRole, active: boolean) => ({
  userId,
  role,
  active,
  projects: new Map<string, ProjectRole>(),
  channels: new Map<string, readonly string[]>(),
  liveSessions: new Set<string>(),
});
