import { statement, type RunStatement } from '../db/statement.js';

const findPeople = statement(
  'incoming.people',
  (d) => `SELECT u.id, u.username FROM users u JOIN project_members m ON m.user_id = u.id AND m.project_id = $1
   WHERE ${d.anyOf('u.username', '$2')} AND u.active AND u.role <> 'CUSTOMER' AND m.role <> 'CUSTOMER'`,
);

/** Active staff of the project who are called so here as well, in the order of the names. All others are nobody here: nobody is made, and nobody else meant. */
export async function peopleNamed(all: RunStatement, projectId: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await all<{ id: string; username: string }>(findPeople, [projectId, names]);
  const known = new Map(rows.map(({ id, username }) => [username, id]));
  return names.flatMap((name) => known.get(name) ?? []);
}
