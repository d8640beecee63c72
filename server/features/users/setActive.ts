import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { UserRow } from './users.present.js';

const setActivity = statement('users.setActive', 'UPDATE users SET active = $2, updated_at = $3 WHERE id = $1');

/** Writes whether the locked person may come in, and tells their own stream, so that open streams follow at once. */
export async function setActive(unit: UnitOfWork, user: UserRow, active: boolean): Promise<UserRow> {
  await unit.all(setActivity, [user.id, active, unit.at]);
  unit.record.audit({
    entity: 'USER',
    entityId: user.id,
    action: active ? 'ACTIVATED' : 'DEACTIVATED',
    before: { active: user.active },
    after: { active },
  });
  unit.record.notify({
    userId: user.id,
    type: 'user.updated',
    projectId: null,
    ticketId: null,
    payload: { role: user.role, active },
  });
  return { ...user, active, updatedAt: unit.at };
}
