import { statement, type RunStatement } from '../db/statement.js';
import type { Actor } from '../kernel/actor.js';
import { AppError } from '../kernel/errors.js';

const findAdmin = statement(
  'cli.admin',
  `SELECT u.id, u.name FROM users u WHERE u.role = 'ADMIN' AND u.active AND (u.email = $1 OR $1 = '')
   ORDER BY u.created_at, u.id LIMIT 1`,
);

/** The active administrator of this address; without one the first there is. @throws BAD_INPUT there is none. */
export async function findAdministrator(all: RunStatement, as: string | null): Promise<Actor> {
  const [admin] = await all<{ id: string; name: string }>(findAdmin, [as?.trim().toLowerCase() ?? '']);
  if (admin) return { userId: admin.id, name: admin.name, role: 'ADMIN', sessionId: null, mayWrite: true };
  throw new AppError(
    'BAD_INPUT',
    as === null
      ? 'There is no administrator yet. Make one first: baton admin create EMAIL.'
      : `${as} is not an active administrator. Name one with --as.`,
  );
}
