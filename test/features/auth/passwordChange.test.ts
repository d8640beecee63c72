import { afterAll, beforeAll, expect, it } from 'vitest';
import { auth } from '../../../server/features/auth/auth.procedures.js';
import { createUser } from '../../../server/features/users/commands/createUser.js';
import { users } from '../../../server/features/users/users.procedures.js';
import { callerFactory, router } from '../../../server/rpc/trpc.js';
import { here } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, PASSWORD, type World } from '../../support/world.js';

describeEachDialect('a person who must choose a new password', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('can do that, look at themselves and leave, and nothing else until it is done', async () => {
    const email = 'new@example.com';
    const fresh = { name: 'New', email, role: 'ADMIN', password: PASSWORD, mustChangePassword: true } as const;
    await createUser(world.deps, world.admin, fresh);
    const connection = {
      transport: 'http' as const,
      ip: here.ip,
      userAgent: null,
      token: null as string | null,
      signedIn: () => undefined,
      openSubscription: () => () => undefined,
      isFull: false,
      waitingBytes: 0,
      onDrain: () => undefined,
      discardQueue: () => undefined,
      close: () => undefined,
    };
    const call = callerFactory(router({ auth, users }))({ deps: world.deps, connection });
    connection.token = (await call.auth.login({ email, password: PASSWORD })).accessToken;

    expect(await call.auth.me()).toMatchObject({ mustChangePassword: true, user: { email } });
    await expect(call.users.list({})).rejects.toMatchObject({ cause: { code: 'PASSWORD_CHANGE_REQUIRED' } });
    await expect(call.auth.apiKeys.create({ name: 'x' })).rejects.toMatchObject({
      cause: { code: 'PASSWORD_CHANGE_REQUIRED' },
    });

    await call.auth.changePassword({ currentPassword: PASSWORD, newPassword: 'chosen by myself' });

    expect(await call.auth.me()).toMatchObject({ mustChangePassword: false });
    expect((await call.users.list({})).items).not.toHaveLength(0);
    expect((await call.auth.sessions.list()).items).toHaveLength(1);
    expect(await call.auth.logout()).toEqual({ done: true });
    await expect(call.auth.me()).rejects.toMatchObject({ cause: { code: 'UNAUTHENTICATED' } });
  });
});
