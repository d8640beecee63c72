import { afterAll, beforeAll, expect, it } from 'vitest';
import { authenticate } from '../../../server/features/auth/authenticate.js';
import { refresh } from '../../../server/features/auth/commands/refresh.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { anAgent, here, signIn } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';

describeEachDialect('refreshing a session', (dialect) => {
  let world: World;
  const renewed = (refreshToken: string) => refresh(world.deps, here, { refreshToken });
  const refused = { name: 'AppError', code: 'UNAUTHENTICATED' };

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('gives new tokens of the same session, each time', async () => {
    const agent = await anAgent(world);
    const first = await signIn(world, agent);

    const second = await renewed(first.refreshToken);
    const third = await renewed(second.refreshToken);

    const tokens = [first, second, third].map(({ refreshToken }) => refreshToken);
    expect(new Set(tokens).size).toBe(3);
    expect(third.user.id).toBe(agent.userId);
    expect((await authenticate(world.deps, third.accessToken)).actor.sessionId).toBe(first.sessionId);
  });

  it('gives the same successor again to whoever lost the reply, for ten seconds', async () => {
    const { refreshToken } = await signIn(world, await anAgent(world));

    const replies = [await renewed(refreshToken), await renewed(refreshToken), await renewed(refreshToken)];

    expect(new Set(replies.map((reply) => reply.refreshToken)).size).toBe(1);
    await renewed(replies[0]!.refreshToken);
  });

  it('gives racing calls the same successor', async () => {
    const { refreshToken } = await signIn(world, await anAgent(world));

    const replies = await Promise.all(Array.from({ length: 8 }, () => renewed(refreshToken)));

    expect(new Set(replies.map((reply) => reply.refreshToken)).size).toBe(1);
  });

  it('revokes the whole session when a spent token comes back later', async () => {
    const agent = await anAgent(world);
    const { refreshToken, sessionId } = await signIn(world, agent);
    const other = await signIn(world, agent);
    const next = await renewed(refreshToken);
    world.clock.advance(10_001);

    await expect(renewed(refreshToken)).rejects.toMatchObject(refused);

    await expect(renewed(next.refreshToken)).rejects.toMatchObject(refused);
    await expect(authenticate(world.deps, next.accessToken)).rejects.toMatchObject(refused);
    expect(await feedOf(world, agent.userId)).toMatchObject([{ type: 'session.revoked', payload: { sessionId } }]);
    await renewed(other.refreshToken);
  });

  it('revokes the whole session when a spent token comes back after its successor was used, grace or not', async () => {
    const { refreshToken } = await signIn(world, await anAgent(world));
    const second = await renewed(refreshToken);
    const third = await renewed(second.refreshToken);

    await expect(renewed(refreshToken)).rejects.toMatchObject(refused);

    await expect(renewed(third.refreshToken)).rejects.toMatchObject(refused);
  });

  it('leaves no successor behind when the theft is noticed while the owner refreshes', async () => {
    const agent = await anAgent(world);
    for (let round = 0; round < 5; round++) {
      const { refreshToken } = await signIn(world, agent);
      const second = await renewed(refreshToken);
      const third = await renewed(second.refreshToken);

      const [thief, owner] = await Promise.allSettled([renewed(refreshToken), renewed(third.refreshToken)]);

      expect(thief.status).toBe('rejected');
      if (owner.status === 'fulfilled')
        await expect(authenticate(world.deps, owner.value.accessToken)).rejects.toMatchObject(refused);
    }
  });

  it('ends with the life of the refresh token', async () => {
    const { refreshToken, accessToken } = await signIn(world, await anAgent(world));
    world.clock.advance(30 * 86_400_000);

    await expect(renewed(refreshToken)).rejects.toMatchObject(refused);
    await expect(authenticate(world.deps, accessToken)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('refuses unknown tokens, and tokens of people who were sent away, in the same words', async () => {
    const agent = await anAgent(world);
    const { refreshToken } = await signIn(world, agent);
    await deactivateUser(world.deps, world.admin, { userId: agent.userId });

    const messages = await Promise.all(
      [refreshToken, 'never seen', refreshToken.slice(1)].map((token) =>
        renewed(token).catch(({ code, message, details }) => ({ code, message, details })),
      ),
    );

    expect(messages[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(messages).toEqual([messages[0], messages[0], messages[0]]);
  });
});
