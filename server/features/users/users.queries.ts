import type { z } from 'zod';
import { NameSort, type Page } from '../../../contract/text.js';
import type { GetUserInput, ListUsersInput, User as Presented, UserDetail } from '../../../contract/user.js';
import { decodeRow } from '../../db/decodeRow.js';
import { User } from '../../db/models/User.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { named, sortedList } from '../sortedList.js';
import { canListUsers, canSeeAccount, canSeeUser } from './users.policy.js';
import { presentUser, presentUserDetail, type UserRow } from './users.present.js';

const columns =
  'u.id, u.email, u.username, u.name, u.role, u.title, u.avatar_url, u.department_id, u.active, u.must_change_password, u.is_demo, u.version, u.created_at, u.updated_at';

const findUser = statement('users.byId', `SELECT ${columns} FROM users u WHERE u.id = $1`);

export async function loadUser(all: RunStatement, userId: string): Promise<UserRow> {
  const [row] = await all(findUser, [userId]);
  if (!row) throw notFound('user');
  return decodeRow(User, row);
}

/** A person as they see themselves. */
export const getOwnUser = async (all: RunStatement, userId: string): Promise<Presented> =>
  presentUser(await loadUser(all, userId));

// Colleagues count only the projects that they share: how many there are besides is not theirs to know.
const findDetail = statement(
  'users.detail',
  `SELECT ${columns}, d.name AS department_name,
     (SELECT CAST(count(*) AS INTEGER) FROM project_members m WHERE m.user_id = u.id
       AND ($3 = 'ADMIN' OR EXISTS (SELECT 1 FROM project_members o WHERE o.project_id = m.project_id AND o.user_id = $2))
     ) AS project_count
   FROM users u LEFT JOIN departments d ON d.id = u.department_id WHERE u.id = $1`,
);

/** @throws NOT_FOUND no such person, or, for a customer, anybody else. */
export async function getUser(
  { db }: Deps,
  actor: Actor,
  { userId }: z.output<typeof GetUserInput>,
): Promise<UserDetail> {
  const values = [userId, actor.userId, actor.role];
  const [row] = await db.all<{ department_name: string | null; project_count: number }>(findDetail, values);
  if (!row || !canSeeUser(actor, userId)) throw notFound('user');
  const more = { departmentName: row.department_name, projectCount: row.project_count };
  return presentUserDetail(decodeRow(User, row), more, canSeeAccount(actor, userId));
}

// Only ASCII is compared without case: that much lower() does alike on both databases.
const listed = sortedList(
  'users.list',
  NameSort,
  named('u'),
  4,
  ({ after, orderBy }, d) => `SELECT ${columns} FROM users u
   WHERE ${after} AND ($1 = '' OR u.role = $1)
     AND (CAST($2 AS boolean) IS NULL OR u.active = CAST($2 AS boolean))
     AND ($3 = '' OR ${d.name === 'postgres' ? 'strpos' : 'instr'}(lower(u.name || ' ' || u.email), $3) > 0)
   ORDER BY ${orderBy} LIMIT $4`,
);

export const asciiLower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * People, by name unless `sort` says otherwise. `text` is looked for in name and email address.
 * @throws FORBIDDEN for customers.
 */
export async function listUsers(
  { db }: Deps,
  actor: Actor,
  { limit, cursor, sort, role, active, text = '' }: z.output<typeof ListUsersInput>,
): Promise<Page<Presented>> {
  demand(canListUsers(actor));
  const { statement: asked, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(asked, [role ?? '', active ?? null, asciiLower(text), limit + 1, ...values]);
  return toPage(
    rows.map((row): UserRow => decodeRow(User, row)),
    limit,
    cursorOf,
    presentUser,
  );
}
