import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authenticate } from '../../../server/features/auth/authenticate.js';
import { renew } from '../../../server/features/auth/commands/renew.js';
import { logout } from '../../../server/features/auth/commands/logout.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import { newId } from '../../../server/kernel/ids.js';
import { anAgent, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, JWT_SECRET, type World } from '../../support/world.js';

describeEachDialect('an access token', (dialect) => {
  let world: World;
  const refused = { name: 'AppError', code: 'UNAUTHENTICATED' };
  const identityOf = (token: string | null) => authenticate(world.deps, token);

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('says who calls, by which session, and until when', async () => {
    const agent = await anAgent(world);
    const { accessToken, sessionId } = await signIn(world, agent);

    const identity = await identityOf(accessToken);

    expect(identity).toMatchObject({
      actor: { userId: agent.userId, name: agent.name, role: 'AGENT', sessionId, mayWrite: true },
      mustChangePassword: false,
    });
    const life = (identity.expiresAt?.getTime() ?? 0) - world.clock.now().getTime();
    expect(life).toBeGreaterThan(14 * 60_000);
    expect(life).toBeLessThanOrEqual(15 * 60_000);
  });

  it('is read with the role of this moment, and refused once the person was sent away', async () => {
    const agent = await anAgent(world);
    const { accessToken } = await signIn(world, agent);

    await setUserRole(world.deps, world.admin, { userId: agent.userId, role: 'CUSTOMER' });
    expect((await identityOf(accessToken)).actor.role).toBe('CUSTOMER');

    await deactivateUser(world.deps, world.admin, { userId: agent.userId });
    await expect(identityOf(accessToken)).rejects.toMatchObject(refused);
  });

  it('expires, however often it was good before', async () => {
    const { accessToken } = await signIn(world, await anAgent(world));
    await identityOf(accessToken);
    world.clock.advance(15 * 60_000 + 1_000);

    await expect(identityOf(accessToken)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('is accepted only in our own form', async () => {
    const agent = await anAgent(world);
    const { accessToken, sessionId } = await signIn(world, agent);
    const { issuer, audience } = world.deps.auth.jwt;
    const key = new TextEncoder().encode(JWT_SECRET);
    const claims = { sid: sessionId, sub: agent.userId, iss: issuer, aud: audience, exp: 4_000_000_000 };
    const signed = (payload: object, alg = 'HS256', by = key) =>
      new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(by);
    const [head, body, signature] = accessToken.split('.');
    const forged = [
      null,
      '',
      'nonsense',
      `${head}.${body}.`,
      `${head}.${body}.${Array.from(signature ?? '')
        .toReversed()
        .join('')}`,
      new UnsecuredJWT(claims).encode(),
      await signed(claims, 'HS512', new Uint8Array(64).fill(1)),
      await signed(claims, 'HS384'),
      await signed(claims, 'HS256', new Uint8Array(32).fill(1)),
      await signed({ ...claims, iss: 'somebody' }),
      await signed({ ...claims, aud: 'somebody' }),
      await signed({ ...claims, sid: newId() }),
      await signed({ ...claims, sid: 7 }),
      await signed({ ...claims, sub: world.admin.userId }),
      await signed({ ...claims, sub: undefined }),
      await signed({ ...claims, exp: undefined }),
      'baton_00000000_nonsense',
    ];

    await expect(identityOf(await signed(claims))).resolves.toBeDefined();
    for (const token of forged) await expect(identityOf(token), String(token)).rejects.toMatchObject(refused);
  });

  it('can be put on a living connection by the same person, also after the old one expired', async () => {
    const agent = await anAgent(world);
    const old = await signIn(world, agent);
    const seen: unknown[] = [];
    const connection = { token: old.accessToken as string | null, signedIn: (who: unknown) => void seen.push(who) };
    world.clock.advance(15 * 60_000 + 1_000);
    const fresh = await signIn(world, agent);

    expect(await renew(world.deps, connection, { accessToken: fresh.accessToken })).toEqual({ done: true });

    expect(connection.token).toBe(fresh.accessToken);
    const expected = { userId: agent.userId, sessionId: fresh.sessionId, expiresAt: expect.any(Date) };
    expect(seen).toEqual([expected]);
  });

  it('is not put on a connection of somebody else, of nobody, or when it is not valid', async () => {
    const [agent, other] = [await signIn(world, await anAgent(world)), await signIn(world, await anAgent(world))];
    const dead = await signIn(world, await anAgent(world));
    await logout(world.deps, dead.actor, {});
    const on = async (token: string | null, accessToken: string) => {
      const connection = { token, signedIn: () => undefined };
      const outcome = await renew(world.deps, connection, { accessToken }).catch(({ code }) => code);
      return { outcome, changed: connection.token !== token };
    };

    expect(await on(agent.accessToken, other.accessToken)).toEqual({ outcome: 'FORBIDDEN', changed: false });
    expect(await on(null, other.accessToken)).toEqual({ outcome: 'UNAUTHENTICATED', changed: false });
    expect(await on('forged', other.accessToken)).toEqual({ outcome: 'UNAUTHENTICATED', changed: false });
    expect(await on(dead.accessToken, dead.accessToken)).toEqual({ outcome: 'UNAUTHENTICATED', changed: false });
  });
});
