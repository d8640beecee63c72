import type { z } from 'zod';
import type { ApiKey as PresentedKey, ListCredentialsInput, Me, Session } from '../../../contract/auth.js';
import type { ProjectRole } from '../../../contract/project.js';
import { LatestFirst, type Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { ApiKey } from '../../db/models/ApiKey.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList } from '../sortedList.js';
import { getOwnUser } from '../users/users.queries.js';
import { presentApiKey, presentSession, type SessionRow } from './auth.present.js';

const findAccess = statement(
  'auth.me',
  `SELECT u.must_change_password, m.project_id, m.role FROM users u
   LEFT JOIN project_members m ON m.user_id = u.id WHERE u.id = $1 ORDER BY m.project_id`,
);

/** The caller: who, by which session, and in which projects. */
export async function me({ db }: Deps, actor: Actor): Promise<z.infer<typeof Me>> {
  type Access = { must_change_password: boolean | number; project_id: string | null; role: ProjectRole };
  const [user, access] = await Promise.all([
    getOwnUser(db.all, actor.userId),
    db.all<Access>(findAccess, [actor.userId]),
  ]);
  return {
    user,
    mustChangePassword: Boolean(access[0]?.must_change_password),
    sessionId: actor.sessionId,
    projects: access.flatMap(({ project_id: projectId, role }) => (projectId === null ? [] : [{ projectId, role }])),
  };
}

type PageInput = z.output<typeof ListCredentialsInput>;

// The one unused token of a session is its newest; the first one tells when it began.
const findSessions = sortedList(
  'sessions.list',
  LatestFirst,
  { createdAt: [madeAs('t.family_id', 'family_id')] },
  3,
  ({ after, orderBy }) => `SELECT t.family_id, t.created_at, t.expires_at, t.user_agent, t.ip,
     (SELECT min(f.created_at) FROM refresh_tokens f WHERE f.family_id = t.family_id) AS begun_at
   FROM refresh_tokens t WHERE t.user_id = $1 AND t.used_at IS NULL AND t.revoked_at IS NULL AND t.expires_at > $2
     AND ${after}
   ORDER BY ${orderBy} LIMIT $3`,
);

/** The caller's living sessions. */
export async function listSessions(
  { db, clock }: Deps,
  actor: Actor,
  { sort, limit, cursor }: PageInput,
): Promise<Page<z.infer<typeof Session>>> {
  const { statement: asked, values, cursorOf } = findSessions(sort, cursor);
  const rows = await db.all<SessionRow>(asked, [actor.userId, clock.now(), limit + 1, ...values]);
  const present = (row: SessionRow) => presentSession(row, actor.sessionId);
  return toPage(rows, limit, cursorOf, present);
}

const findKeys = sortedList(
  'apiKeys.list',
  LatestFirst,
  { createdAt: [madeAs('k.id', 'id')] },
  2,
  ({
    after,
    orderBy,
  }) => `SELECT k.id, k.name, k.prefix, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
   FROM api_keys k WHERE k.user_id = $1 AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);

/** The caller's keys, revoked ones too. */
export async function listApiKeys(
  { db }: Deps,
  actor: Actor,
  { sort, limit, cursor }: PageInput,
): Promise<Page<z.infer<typeof PresentedKey>>> {
  const { statement: asked, values, cursorOf } = findKeys(sort, cursor);
  const rows = await db.all(asked, [actor.userId, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(ApiKey, row)),
    limit,
    cursorOf,
    presentApiKey,
  );
}
