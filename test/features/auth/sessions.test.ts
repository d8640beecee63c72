import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate } from '../../../server/features/auth/authenticate.js';
import { listSessions, me } from '../../../server/features/auth/auth.queries.js';
import { changePassword } from '../../../server/features/auth/commands/changePassword.js';
import { login } from '../../../server/features/auth/commands/login.js';
import { logout } from '../../../server/features/auth/commands/logout.js';
import { logoutAll } from '../../../server/features/auth/commands/logoutAll.js';
import { refresh } from '../../../server/features/auth/commands/refresh.js';
import { revokeSession } from '../../../server/features/auth/commands/revokeSession.js';
import { newId } from '../../../server/kernel/ids.js';
import { aProject, anAgent, here, signIn } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, PASSWORD, type Person, type World } from '../../support/world.js';

describeEachDialect('sessions', (dialect) => {
  let world: World;
  let agent: Person;
  const refused = { code: 'UNAUTHENTICATED' };
  const page = { limit: 50 };
  const NEW = 'another password';

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('end at once by logout: the access token, the refresh token, and what is open under them', async () => {
    agent = await anAgent(world);
    const [one, other] = [await signIn(world, agent), await signIn(world, agent)];
    world.wakes.length = 0;

    await logout(world.deps, one.actor, {});

    await expect(authenticate(world.deps, one.accessToken)).rejects.toMatchObject(refused);
    await expect(refresh(world.deps, here, { refreshToken: one.refreshToken })).rejects.toMatchObject(refused);
    expect(await authenticate(world.deps, other.accessToken)).toMatchObject({ actor: { userId: agent.userId } });
    expect(await feedOf(world, agent.userId)).toMatchObject([
      { seq: 1, type: 'session.revoked', actorId: agent.userId, payload: { sessionId: one.sessionId } },
    ]);
    expect(world.wakes).toEqual([{ kind: 'user', id: agent.userId, seq: 1 }]);
  });

  it('all end by logoutAll, and are one event', async () => {
    agent = await anAgent(world);
    const sessions = [await signIn(world, agent), await signIn(world, agent), await signIn(world, agent)];

    await logoutAll(world.deps, sessions[0]!.actor, {});

    for (const { accessToken } of sessions)
      await expect(authenticate(world.deps, accessToken)).rejects.toMatchObject(refused);
    expect(await feedOf(world, agent.userId)).toMatchObject([
      { type: 'session.revoked', payload: { sessionId: null } },
    ]);
  });

  it('are listed newest first, one entry for all its tokens, by pages', async () => {
    agent = await anAgent(world);
    const first = await signIn(world, agent);
    await refresh(world.deps, { ip: '10.1.1.1', userAgent: 'Other' }, { refreshToken: first.refreshToken });
    const second = await signIn(world, agent);
    await logout(world.deps, (await signIn(world, agent)).actor, {});

    const { items, nextCursor } = await listSessions(world.deps, second.actor, page);
    const head = await listSessions(world.deps, second.actor, { limit: 1 });
    const tail = await listSessions(world.deps, second.actor, { limit: 1, cursor: head.nextCursor ?? '' });

    expect(items).toMatchObject([
      { id: second.sessionId, current: true, userAgent: 'tests', ip: '127.0.0.1' },
      { id: first.sessionId, current: false, userAgent: 'Other', ip: '10.1.1.1' },
    ]);
    expect(items[1]!.lastUsedAt >= items[1]!.createdAt).toBe(true);
    expect(nextCursor).toBeNull();
    expect([...head.items, ...tail.items]).toEqual(items);
    expect(tail.nextCursor).toBeNull();
  });

  it('can be revoked by their owner alone; a foreign one answers as a missing one', async () => {
    agent = await anAgent(world);
    const [mine, mineToo] = [await signIn(world, agent), await signIn(world, agent)];
    const foreign = await signIn(world, await anAgent(world));
    const revoke = (sessionId: string) => revokeSession(world.deps, mine.actor, { sessionId });
    const told = (sessionId: string) =>
      revoke(sessionId).catch(({ code, message, details }) => ({ code, message, details }));

    expect(await revoke(mineToo.sessionId)).toEqual({ done: true });
    expect(await revoke(mineToo.sessionId)).toEqual({ done: true });

    await expect(authenticate(world.deps, mineToo.accessToken)).rejects.toMatchObject(refused);
    expect(await feedOf(world, agent.userId)).toHaveLength(1);
    expect(await told(foreign.sessionId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await told(foreign.sessionId)).toEqual(await told(newId()));
    expect(await authenticate(world.deps, foreign.accessToken)).toBeDefined();
  });

  it('know who they are of, and in which projects', async () => {
    agent = await anAgent(world);
    const project = await aProject(world, { members: [agent] });
    const { actor } = await signIn(world, agent);

    expect(await me(world.deps, actor)).toMatchObject({
      user: { id: agent.userId, email: agent.email },
      mustChangePassword: false,
      sessionId: actor.sessionId,
      projects: [{ projectId: project.id, role: 'MEMBER' }],
    });
  });

  describe('and a changed password', () => {
    const change = (
      actor: Person | Awaited<ReturnType<typeof signIn>>['actor'],
      currentPassword: string,
      key?: string,
    ) =>
      changePassword(world.deps, actor, here.ip, {
        currentPassword,
        newPassword: NEW,
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });

    it('end the others and keep the one that changed it', async () => {
      agent = await anAgent(world);
      const [mine, other] = [await signIn(world, agent), await signIn(world, agent)];

      await change(mine.actor, PASSWORD);

      await expect(authenticate(world.deps, other.accessToken)).rejects.toMatchObject(refused);
      await expect(refresh(world.deps, here, { refreshToken: other.refreshToken })).rejects.toMatchObject(refused);
      await refresh(world.deps, here, { refreshToken: mine.refreshToken });
      await expect(login(world.deps, here, { email: agent.email, password: PASSWORD })).rejects.toMatchObject(refused);
      await signIn(world, agent, NEW);
      expect(await feedOf(world, agent.userId)).toMatchObject([
        { type: 'session.revoked', payload: { sessionId: other.sessionId } },
      ]);
    });

    it('want the current one, a limited number of times', async () => {
      agent = await anAgent(world);
      const { actor } = await signIn(world, agent);

      for (let attempt = 0; attempt < 10; attempt++)
        await expect(change(actor, 'a wrong one')).rejects.toMatchObject({ code: 'BAD_INPUT' });

      await expect(change(actor, PASSWORD)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
      await signIn(world, agent);
    });

    it('answer a repeat under the same key with the first reply, and remember no password', async () => {
      agent = await anAgent(world);
      const { actor } = await signIn(world, agent);

      expect(await change(actor, PASSWORD, 'k')).toEqual({ done: true });
      expect(await change(actor, PASSWORD, 'k')).toEqual({ done: true });

      await expect(change(actor, 'a wrong one', 'k')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      await expect(change(actor, PASSWORD)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });
  });
});
