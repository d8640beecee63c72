import { notificationKinds } from '../../../../contract/notification.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { keepPreferences } from '../keepPreferences.js';

/** Sends the actor no more e-mail, of any kind; not even what waits to be sent. Repeating it changes nothing. */
export const unsubscribe = (deps: Deps, actor: Actor): Promise<void> =>
  inUnitOfWork(deps, { actor, procedure: 'notifications.unsubscribe', input: {} }, async (unit) => {
    await keepPreferences(unit, actor.userId, notificationKinds, { email: false });
  });
