import type { z } from 'zod';
import type { NotificationPreference, UpdatePreferenceInput } from '../../../../contract/notification.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { notFound } from '../../../kernel/errors.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { keepPreferences } from '../keepPreferences.js';

/** Says how the caller wants to be told of a kind from now on; what was told stays. */
export function updatePreference(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof UpdatePreferenceInput>,
): Promise<NotificationPreference> {
  const { kind, patch } = input;
  return inUnitOfWork(deps, { actor, procedure: 'notifications.preferences.update', input }, async (unit) => {
    const [after] = await keepPreferences(unit, actor.userId, [kind], definedOnly(patch));
    if (!after) throw notFound('preference');
    return after;
  });
}
