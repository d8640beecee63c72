import type { z } from 'zod';
import type { NotificationPreference, UpdatePreferenceInput } from '../../../../contract/notification.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { preferencesOf } from '../notifications.queries.js';

const keep = statement(
  'notifications.prefer',
  `INSERT INTO notification_preferences (user_id, kind, in_app, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
   ON CONFLICT (user_id, kind) DO UPDATE SET in_app = $3, updated_at = $4`,
);

/** Says how the caller wants to be told of a kind from now on; what was told stays. */
export function updatePreference(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof UpdatePreferenceInput>,
): Promise<NotificationPreference> {
  const { kind, patch } = input;
  return inUnitOfWork(deps, { actor, procedure: 'notifications.preferences.update', input }, async (unit) => {
    const known = (await preferencesOf(unit.all, actor.userId)).find((preference) => preference.kind === kind);
    const before = known ?? { kind, inApp: true };
    const after = { ...before, ...definedOnly(patch) };
    await unit.all(keep, [actor.userId, kind, after.inApp, unit.at]);
    unit.record.audit({ entity: 'PREFERENCE', entityId: actor.userId, action: 'UPDATED', before, after });
    return after;
  });
}
