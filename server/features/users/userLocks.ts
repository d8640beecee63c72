import { decodeRow } from '../../db/decodeRow.js';
import { User } from '../../db/models/User.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError, notFound } from '../../kernel/errors.js';
import type { UserRow } from './users.present.js';

const lockInstallation = statement(
  'installation.lock',
  (d) => `SELECT i.id FROM installation i WHERE i.id = 'baton' ${d.lock('UPDATE', 'i')}`,
);

/** Puts the commands that call it in a row: what they decide depends on many rows at once. Take it before any other lock. */
export async function takeTurn(unit: UnitOfWork): Promise<void> {
  await unit.all(lockInstallation, []);
}

// It waits for, and holds off, whoever gives this person something at the same time: they hold the row by SHARE.
const lockWhole = statement(
  'users.lock',
  (d) => `SELECT u.* FROM users u WHERE u.id = $1 ${d.lock('NO KEY UPDATE', 'u')}`,
);

/** Null when there is no such person. */
export async function lockIfKnown(unit: UnitOfWork, userId: string): Promise<UserRow | null> {
  const [row] = await unit.all(lockWhole, [userId]);
  return row ? decodeRow(User, row) : null;
}

/** @throws NOT_FOUND no such person. */
export async function lockUser(unit: UnitOfWork, userId: string): Promise<UserRow> {
  const row = await lockIfKnown(unit, userId);
  if (!row) throw notFound('user');
  return row;
}

const findOtherAdmin = statement(
  'users.otherAdmin',
  "SELECT u.id FROM users u WHERE u.role = 'ADMIN' AND u.active = $2 AND u.id <> $1 LIMIT 1",
);

/** For use after {@link takeTurn}. @throws CONFLICT without this person nobody could administrate. */
export async function demandOtherAdmin(unit: UnitOfWork, { id, role, active }: UserRow): Promise<void> {
  if (role !== 'ADMIN' || !active) return;
  const others = await unit.all(findOtherAdmin, [id, true]);
  if (others.length === 0) throw new AppError('CONFLICT', 'This is the last active administrator.');
}
