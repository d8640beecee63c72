import type { Database } from '../../server/db/database.js';
import type { Dialect } from '../../server/db/dialect.js';
import { statement, type RunStatement } from '../../server/db/statement.js';
import type { World } from '../support/world.js';

const hold = (table: string) =>
  statement(
    `bulk.hold.${table}`,
    (d: Dialect) => `SELECT r.id FROM ${table} r WHERE ${d.anyOf('r.id', '$1')} ORDER BY r.id ${d.lock('SHARE', 'r')}`,
  );
const referenced = {
  users: hold('users'),
  departments: hold('departments'),
  skills: hold('skills'),
  projects: hold('projects'),
};
const mayTrustReferences = statement('bulk.superuser', 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
const trustReferences = statement('bulk.trust', 'SET LOCAL session_replication_role = replica');

/**
 * Keeps all that generated rows refer to from going away until the transaction ends; their other references are to rows of the
 * same batch. A superuser of PostgreSQL then skips the foreign keys' own look-ups, about thirty for each ticket.
 */
export async function holdReferences(all: RunStatement, { dialect }: Database, world: World): Promise<void> {
  if (dialect.name === 'sqlite') return;
  const ids = {
    users: [...world.people.values()].map(({ userId }) => userId),
    departments: [...world.departments.values()],
    skills: [...world.skills.values()],
    projects: world.projects.map(({ id }) => id),
  };
  let held = true;
  for (const table of ['users', 'departments', 'skills', 'projects'] as const)
    held &&= (await all(referenced[table], [ids[table]])).length === ids[table].length;
  const [role] = await all<{ rolsuper: boolean }>(mayTrustReferences, []);
  if (held && role?.rolsuper) await all(trustReferences, []);
}
