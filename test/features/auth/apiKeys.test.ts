import { afterAll, beforeAll, expect, it } from 'vitest';
import { listApiKeys } from '../../../server/features/auth/auth.queries.js';
import { authenticate } from '../../../server/features/auth/authenticate.js';
import { auth } from '../../../server/features/auth/auth.procedures.js';
import { changePassword } from '../../../server/features/auth/commands/changePassword.js';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { logout } from '../../../server/features/auth/commands/logout.js';
import { logoutAll } from '../../../server/features/auth/commands/logoutAll.js';
import { revokeApiKey } from '../../../server/features/auth/commands/revokeApiKey.js';
import { revokeSession } from '../../../server/features/auth/commands/revokeSession.js';
import { activateUser } from '../../../server/features/users/commands/activateUser.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { projects } from '../../../server/features/projects/projects.procedures.js';
import { newId } from '../../../server/kernel/ids.js';
import { callerFactory, router } from '../../../server/rpc/trpc.js';
import { anAgent, here, signIn } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, PASSWORD, type Person, type World } from '../../support/world.js';

describeEachDialect('an API key', (dialect) => {
  let world: World;
  let agent: Person;
  const refused = { code: 'UNAUTHENTICATED' };
  const page = { limit: 50 };
  const aKey = (scopes: ('read' | 'write')[] = ['read'], more: { expiresAt?: string; idempotencyKey?: string } = {}) =>
    createApiKey(world.deps, agent, { name: 'robot', scopes, ...more });
  const actorOf = async (key: string) => (await authenticate(world.deps, key)).actor;

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('acts as its owner, as the session key:<id>', async () => {
    agent = await anAgent(world);
    const { id, key, prefix } = await aKey();

    const identity = await authenticate(world.deps, key);

    expect(key).toMatch(new RegExp(`^baton_${prefix}_[\\w-]{43}$`));
    expect(identity).toEqual({
      actor: { userId: agent.userId, name: agent.name, role: 'AGENT', sessionId: `key:${id}`, mayWrite: false },
      mustChangePassword: false,
      expiresAt: null,
    });
  });

  it('writes only with the scope for it, and manages no credentials at all', async () => {
    agent = await anAgent(world);
    const [reader, writer] = [(await aKey(['read'])).key, (await aKey(['write', 'read'])).key];
    const callAs = (token: string) =>
      callerFactory(router({ auth, projects }))({
        deps: world.deps,
        connection: {
          transport: 'http',
          ip: here.ip,
          userAgent: null,
          token,
          signedIn: () => undefined,
          openSubscription: () => () => undefined,
          isFull: false,
          waitingBytes: 0,
          onDrain: () => undefined,
          discardQueue: () => undefined,
          close: () => undefined,
        },
      });
    const project = { key: 'KEYS', name: 'By a robot' };
    const forbidden = { message: expect.stringContaining('read'), code: 'FORBIDDEN' };

    await expect(callAs(reader).projects.create(project)).rejects.toMatchObject(forbidden);
    expect(await callAs(writer).projects.create(project)).toMatchObject({ key: 'KEYS', ownerId: agent.userId });
    expect((await callAs(reader).projects.list({})).items).toHaveLength(1);

    const actor = await actorOf(writer);
    const input = { currentPassword: PASSWORD, newPassword: 'another password' };
    const attempts: (() => Promise<unknown>)[] = [
      () => createApiKey(world.deps, actor, { name: 'child', scopes: ['read'] }),
      () => changePassword(world.deps, actor, here.ip, input),
      () => logout(world.deps, actor, {}),
      () => logoutAll(world.deps, actor, {}),
      () => revokeSession(world.deps, actor, { sessionId: newId() }),
      () => revokeApiKey(world.deps, actor, { apiKeyId: newId() }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is shown once and stored nowhere, not even for a repeat of the request, which gets it again', async () => {
    agent = await anAgent(world);

    const made = await aKey(['read'], { idempotencyKey: 'again' });
    const again = await aKey(['read'], { idempotencyKey: 'again' });

    expect(again).toEqual(made);
    const { items } = await listApiKeys(world.deps, agent, page);
    expect(items).toMatchObject([{ id: made.id, name: 'robot', prefix: made.prefix, lastUsedAt: null }]);
    const stored = await Promise.all(
      ['api_keys', 'idempotency_keys'].map((table) =>
        world.db.all({ name: `test.${table}`, text: () => `SELECT * FROM ${table}` }, []),
      ),
    );
    const secret = made.key.slice(`baton_${made.prefix}_`.length);
    expect(JSON.stringify([items, stored])).not.toContain(secret);
  });

  it('notes its use, at most once a minute', async () => {
    agent = await anAgent(world);
    const { key } = await aKey();
    const lastUse = async () => (await listApiKeys(world.deps, agent, page)).items[0]?.lastUsedAt;

    await authenticate(world.deps, key);
    const first = await lastUse();
    world.clock.advance(30_000);
    await authenticate(world.deps, key);
    expect(await lastUse()).toBe(first);

    world.clock.advance(31_000);
    await authenticate(world.deps, key);
    expect(Date.parse((await lastUse()) ?? '') - Date.parse(first ?? '')).toBeGreaterThan(60_000);
  });

  it('ends when it expires', async () => {
    agent = await anAgent(world);
    const end = new Date(world.clock.now().getTime() + 60_000);
    const { key } = await aKey(['read'], { expiresAt: end.toISOString() });
    expect((await authenticate(world.deps, key)).expiresAt).toEqual(end);

    world.clock.advance(60_001);

    await expect(authenticate(world.deps, key)).rejects.toMatchObject(refused);
    await expect(aKey(['read'], { expiresAt: end.toISOString() })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('ends when its owner revokes it, with what is open under it; a foreign one answers as a missing one', async () => {
    agent = await anAgent(world);
    const { id, key } = await aKey();
    const stranger = await anAgent(world);
    const told = (apiKeyId: string) =>
      revokeApiKey(world.deps, stranger, { apiKeyId }).catch(({ code, message, details }) => ({
        code,
        message,
        details,
      }));

    expect(await told(id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await told(id)).toEqual(await told(newId()));
    await revokeApiKey(world.deps, agent, { apiKeyId: id });
    await revokeApiKey(world.deps, agent, { apiKeyId: id });

    await expect(authenticate(world.deps, key)).rejects.toMatchObject(refused);
    expect(await feedOf(world, agent.userId)).toMatchObject([
      { type: 'session.revoked', payload: { sessionId: `key:${id}` } },
    ]);
  });

  it('ends with its owner, for good', async () => {
    agent = await anAgent(world);
    const { key } = await aKey();
    const { accessToken } = await signIn(world, agent);
    await deactivateUser(world.deps, world.admin, { userId: agent.userId });
    await expect(authenticate(world.deps, key)).rejects.toMatchObject(refused);

    await activateUser(world.deps, world.admin, { userId: agent.userId });

    await expect(authenticate(world.deps, key)).rejects.toMatchObject(refused);
    await expect(authenticate(world.deps, accessToken)).rejects.toMatchObject(refused);
    await signIn(world, agent);
  });
});
