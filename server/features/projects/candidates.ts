import type { UserRole } from '../../../contract/user.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly active: boolean;
}

// Pairs with the lock of deactivation and of role changes: the person stays what this reads until the transaction ends.
const held = statement(
  'members.candidate',
  (d) => `SELECT u.id, u.name, u.role, u.active FROM users u WHERE u.id = $1 ${d.lock('SHARE', 'u')}`,
);

/** Somebody who is to join a project; null when there is no such person. */
export async function holdCandidate(unit: UnitOfWork, userId: string): Promise<Candidate | null> {
  const [row] = await unit.all<Omit<Candidate, 'active'> & { active: boolean | number }>(held, [userId]);
  return row ? { ...row, active: Boolean(row.active) } : null;
}
