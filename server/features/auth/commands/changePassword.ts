import type { z } from 'zod';
import type { ChangePasswordInput, Done } from '../../../../contract/auth.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { canManageCredentials } from '../auth.policy.js';
import { countAttempt } from '../loginLimits.js';
import { lockPerson, revokeSessions } from '../sessionStatements.js';

const findHash = statement('users.passwordHash', 'SELECT password_hash FROM users WHERE id = $1');
const setPassword = statement(
  'users.setPassword',
  'UPDATE users SET password_hash = $2, must_change_password = $3, updated_at = $4 WHERE id = $1',
);

/**
 * Sets a new password and ends the caller's other sessions; the one that asks goes on.
 * @throws FORBIDDEN the call came by an API key; BAD_INPUT the current password is wrong, or the new one is the same;
 * TOO_MANY_REQUESTS too many wrong ones; CONFLICT it was changed meanwhile.
 */
export async function changePassword(
  deps: Deps,
  actor: Actor,
  ip: string,
  input: z.output<typeof ChangePasswordInput>,
): Promise<z.infer<typeof Done>> {
  const { passwords, secrets, limiters } = deps.auth;
  demand(canManageCredentials(actor));
  const takeBack = await countAttempt(limiters, actor.userId, ip);
  const [before] = await deps.db.all<{ password_hash: string }>(findHash, [actor.userId]);
  const fits = await passwords.verify(before?.password_hash ?? null, input.currentPassword);
  if (fits) await takeBack();
  const passwordHash = fits ? await passwords.hash(input.newPassword) : '';

  const { currentPassword, newPassword } = input;
  const concealed = { currentPassword: secrets.conceal(currentPassword), newPassword: secrets.conceal(newPassword) };
  const call = { actor, procedure: 'auth.changePassword', input: { ...input, ...concealed } };
  return inUnitOfWork(deps, call, async (unit) => {
    // Judged in here, where a repeat under the same key has got its first reply already.
    if (!fits) throw new AppError('BAD_INPUT', 'The current password is wrong.', { field: 'currentPassword' });
    if (newPassword === currentPassword)
      throw new AppError('BAD_INPUT', 'The new password is the old one.', { field: 'newPassword' });
    const person = await lockPerson(unit.all, actor.userId);
    if (person?.password_hash !== before?.password_hash)
      throw new AppError('CONFLICT', 'The password was changed a moment ago.');
    await unit.all(setPassword, [actor.userId, passwordHash, false, unit.at]);
    unit.record.audit({ entity: 'USER', entityId: actor.userId, action: 'PASSWORD_CHANGED' });
    await revokeSessions(unit, actor.userId, { except: actor.sessionId ?? '' });
    return { done: true };
  });
}
