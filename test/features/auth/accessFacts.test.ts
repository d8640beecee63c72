import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadAccessFacts } from '../../../server/features/auth/accessFacts.js';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { logout } from '../../../server/features/auth/commands/logout.js';
import { refresh } from '../../../server/features/auth/commands/refresh.js';
import { revokeApiKey } from '../../../server/features/auth/commands/revokeApiKey.js';
import { createConversation } from '../../../server/features/conversations/commands/createConversation.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAgent, aProject, here, join, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';

describeEachDialect('access facts', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('hold role, activity, projects, private channels and living sign-ins of each person, by one statement', async () => {
    const [agent, customer] = [await anAgent(world), await aCustomer(world)];
    const [first, second] = [await aProject(world, { members: [agent] }), await aProject(world, { lead: agent })];
    await join(world, first, customer, 'CUSTOMER');
    const channel = { kind: 'CHANNEL' as const, projectId: second.id, name: 'A', memberIds: [] };
    const secret = await createConversation(world.deps, agent, { ...channel, isPrivate: true });
    await createConversation(world.deps, agent, channel);
    await createConversation(world.deps, world.admin, { ...channel, isPrivate: true });
    const [session, ended] = [await signIn(world, agent), await signIn(world, agent)];
    await logout(world.deps, ended.actor, {});
    await refresh(world.deps, here, { refreshToken: session.refreshToken });
    const [key, revoked] = [await createKey(world, agent.userId), await createKey(world, agent.userId)];
    await revokeApiKey(world.deps, agent, { apiKeyId: revoked });
    let statements = 0;
    const counting = { ...world.db, all: ((...call) => (statements++, world.db.all(...call))) as typeof world.db.all };

    const facts = await loadAccessFacts(counting, [agent.userId, customer.userId, newId()], world.clock.now());

    expect(statements).toBe(1);
    expect([...facts.keys()].toSorted()).toEqual([agent.userId, customer.userId].toSorted());
    expect(facts.get(agent.userId)).toEqual({
      userId: agent.userId,
      role: 'AGENT',
      active: true,
      projects: new Map([
        [first.id, 'MEMBER'],
        [second.id, 'LEAD'],
      ]),
      channels: new Map([[second.id, [secret.id]]]),
      liveSessions: new Set([session.sessionId, `key:${key}`]),
    });
    expect(facts.get(customer.userId)).toMatchObject({ role: 'CUSTOMER', projects: new Map([[first.id, 'CUSTOMER']]) });
  });

  it('follow what was taken away, and what has expired', async () => {
    const agent = await anAgent(world);
    const project = await aProject(world, { members: [agent] });
    await signIn(world, agent);
    const now = world.clock.now();
    const factsAt = async (at: Date) => (await loadAccessFacts(world.db, [agent.userId], at)).get(agent.userId);

    await removeMember(world.deps, world.admin, { projectId: project.id, userId: agent.userId });
    expect((await factsAt(now))?.projects.size).toBe(0);
    expect((await factsAt(now))?.liveSessions.size).toBe(1);
    expect((await factsAt(new Date(now.getTime() + 31 * 86_400_000)))?.liveSessions.size).toBe(0);

    await deactivateUser(world.deps, world.admin, { userId: agent.userId });
    expect(await factsAt(now)).toMatchObject({ active: false, liveSessions: new Set() });
  });
});

async function createKey({ deps, admin }: World, userId: string): Promise<string> {
  const owner = { ...admin, userId, sessionId: null };
  return (await createApiKey(deps, owner, { name: 'robot', scopes: ['read'] })).id;
}
