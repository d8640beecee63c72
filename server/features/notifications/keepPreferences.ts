import type { NotificationKind, NotificationPreference } from '../../../contract/notification.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { lockUser } from '../users/userLocks.js';
import { preferencesOf } from './notifications.queries.js';

const keep = statement(
  'notifications.prefer',
  `INSERT INTO notification_preferences (user_id, kind, in_app, email, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
   ON CONFLICT (user_id, kind) DO UPDATE SET in_app = $3, email = $4, updated_at = $5`,
);

/** Changes how a person is told of these kinds, and answers with how they are now. What changes nothing is not written. */
export async function keepPreferences(
  unit: UnitOfWork,
  userId: string,
  kinds: readonly NotificationKind[],
  change: Partial<Omit<NotificationPreference, 'kind'>>,
): Promise<NotificationPreference[]> {
  // What is read here is written again: another change of the same person waits.
  await lockUser(unit, userId);
  const known = (await preferencesOf(unit.all, userId)).filter(({ kind }) => kinds.includes(kind));
  return known.map((before) => {
    const after = { ...before, ...change };
    if (after.inApp === before.inApp && after.email === before.email) return after;
    unit.send(keep, [userId, after.kind, after.inApp, after.email, unit.at]);
    unit.record.audit({ entity: 'PREFERENCE', entityId: userId, action: 'UPDATED', before, after });
    return after;
  });
}
