import type { z } from 'zod';
import type { CreateUserInput, User } from '../../../../contract/user.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { insertUser } from '../insertUser.js';
import { demandUnused } from '../uniqueFields.js';
import { canManageUsers } from '../users.policy.js';
import { presentUser } from '../users.present.js';

/**
 * Adds a person; staff get a work profile with it.
 * @throws FORBIDDEN not an administrator; DUPLICATE email address or username are taken, details {field}; BAD_INPUT no such
 * department.
 */
export async function createUser(deps: Deps, actor: Actor, input: z.output<typeof CreateUserInput>): Promise<User> {
  demand(canManageUsers(actor));
  const { passwords, secrets } = deps.auth;
  const passwordHash = await passwords.hash(input.password);
  const concealed = { ...input, password: secrets.conceal(input.password) };
  return inUnitOfWork(deps, { actor, procedure: 'users.create', input: concealed }, async (unit) => {
    await demandUnused(unit, input, null);
    const row = await insertUser(unit, {
      email: input.email,
      username: input.username ?? null,
      name: input.name,
      role: input.role,
      passwordHash,
      title: input.title ?? null,
      avatarUrl: input.avatarUrl ?? null,
      departmentId: input.departmentId ?? null,
      mustChangePassword: input.mustChangePassword,
    });
    return presentUser(row);
  });
}
