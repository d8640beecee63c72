import { CreateUserInput } from '../../contract/user.js';
import { inUnitOfWork } from '../db/unitOfWork.js';
import type { Deps } from '../features/deps.js';
import { insertUser } from '../features/users/insertUser.js';
import { demandUnused } from '../features/users/uniqueFields.js';

interface NewAdmin {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/**
 * Makes an administrator although nobody has signed in who could: whoever runs the command line may do so.
 * @throws DUPLICATE somebody has this address.
 */
export async function createFirstAdmin(deps: Deps, admin: NewAdmin): Promise<void> {
  const { email, name, password } = CreateUserInput.parse({ ...admin, role: 'ADMIN' });
  const passwordHash = await deps.auth.passwords.hash(password);
  const system = { userId: '', name: 'command line', role: 'ADMIN', sessionId: null, mayWrite: true } as const;
  await inUnitOfWork(deps, { actor: system, procedure: 'admin.create', input: {} }, async (unit) => {
    await demandUnused(unit, { email }, null);
    return insertUser(unit, {
      email,
      name,
      role: 'ADMIN',
      passwordHash,
      mustChangePassword: true,
    });
  });
}
