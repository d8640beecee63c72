import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError } from '../../kernel/errors.js';

const findTaken = statement(
  'users.taken',
  'SELECT u.email FROM users u WHERE u.id <> $3 AND (u.email = $1 OR u.username = $2) LIMIT 2',
);

/**
 * Says which field is taken; two writers at the same moment are told apart by the constraint, without the field.
 * @throws DUPLICATE with details {field}.
 */
export async function demandUnused(
  unit: UnitOfWork,
  { email = '', username = null }: { email?: string | undefined; username?: string | null | undefined },
  userId: string | null,
): Promise<void> {
  const taken = await unit.all<{ email: string }>(findTaken, [email, username, userId ?? '']);
  if (taken.length === 0) return;
  const field = taken.some((row) => row.email === email) ? 'email' : 'username';
  const words = field === 'email' ? 'email address' : 'username';
  throw new AppError('DUPLICATE', `Somebody with this ${words} exists already.`, { field });
}
