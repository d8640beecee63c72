import { limits } from '../../../contract/limits.js';
import { User } from '../../db/models/User.js';
import { insertRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import type { UserRow } from './users.present.js';

/** What nobody needs to say of somebody new. */
const unsaid = { username: null, title: null, avatarUrl: null, departmentId: null, isDemo: false };
type Unsaid = keyof typeof unsaid;
export type NewUser = Omit<UserRow, Unsaid | 'id' | 'active' | 'version' | 'createdAt' | 'updatedAt'> &
  Partial<Pick<UserRow, Unsaid>> & { readonly passwordHash: string };

const insertPerson = insertRow(User, [
  ...(['id', 'email', 'username', 'name', 'role', 'passwordHash', 'title', 'avatarUrl', 'departmentId'] as const),
  ...(['active', 'mustChangePassword', 'isDemo', 'version', 'createdAt', 'updatedAt'] as const),
]);
const insertFeed = statement('feeds.create', 'INSERT INTO user_feeds (user_id) VALUES ($1)');

/** Writes a person with all that belongs to one: the own stream, and for staff a work profile. */
export async function insertUser(unit: Pick<UnitOfWork, 'all' | 'at' | 'record'>, draft: NewUser): Promise<UserRow> {
  const times = { createdAt: unit.at, updatedAt: unit.at };
  const row = { ...unsaid, ...draft, id: newId(), active: true, version: 1, ...times };
  await unit.all(insertPerson.statement, insertPerson.values(row));
  await unit.all(insertFeed, [row.id]);
  unit.record.audit({ entity: 'USER', entityId: row.id, action: 'CREATED', after: row });
  if (row.role !== 'CUSTOMER') await ensureDeveloper(unit, row);
  return row;
}

const findDeveloper = statement('developers.exists', 'SELECT id FROM developers WHERE user_id = $1');
// A taken name is no error here, which would end the transaction, but no row.
const insertDeveloper = statement(
  'developers.create',
  `INSERT INTO developers (id, user_id, name, title, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
   ON CONFLICT (name) DO NOTHING RETURNING id`,
);

/** Gives a person a work profile, unless there is one. A name that is taken is told apart: "Kim (2)". */
export async function ensureDeveloper(
  unit: Pick<UnitOfWork, 'all' | 'at' | 'record'>,
  { id: userId, name, title }: Pick<UserRow, 'id' | 'name' | 'title'>,
): Promise<void> {
  if ((await unit.all(findDeveloper, [userId])).length > 0) return;
  for (let attempt = 1; ; attempt++) {
    const suffix = attempt === 1 ? '' : ` (${attempt})`;
    const unique =
      Array.from(name)
        .slice(0, limits.nameLength - suffix.length)
        .join('') + suffix;
    const id = newId();
    const made = await unit.all(insertDeveloper, [id, userId, unique, title, unit.at]);
    if (made.length === 0) continue;
    const after = { userId, name: unique, title };
    return unit.record.audit({ entity: 'DEVELOPER', entityId: id, action: 'CREATED', after });
  }
}
