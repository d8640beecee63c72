import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../server/features/auth/issueTokens.js';
import { changePassword } from '../../../server/features/auth/commands/changePassword.js';
import { login } from '../../../server/features/auth/commands/login.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { aCustomer, anAgent, here, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, PASSWORD, type Person, type World } from '../../support/world.js';

const outcomeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'in',
    ({ name, code, message, details }) => ({ name, code, message, details }),
  );

describeEachDialect('signing in', (dialect) => {
  let world: World;
  const from = (ip: string): Caller => ({ ip, userAgent: null });
  const attempt = (email: string, password: string, caller: Caller = here) =>
    login(world.deps, caller, { email, password });

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('gives an access token, a refresh token, and the person', async () => {
    const agent = await anAgent(world);

    const reply = await attempt(agent.email, PASSWORD);

    expect(reply).toMatchObject({ expiresIn: 900, user: { id: agent.userId, email: agent.email, role: 'AGENT' } });
    expect(reply.refreshToken).toHaveLength(43);
    expect(JSON.stringify(reply)).not.toContain('argon2');
  });

  it('reads addresses trimmed, in any case, and passwords in either Unicode form', async () => {
    const agent = await anAgent(world);

    expect(await outcomeOf(attempt(`  ${agent.email.toUpperCase()} `, PASSWORD))).toBe('in');
    expect(await world.deps.auth.passwords.verify(await world.deps.auth.passwords.hash('é'), 'e\u0301')).toBe(true);
  });

  it('answers alike for unknown people, inactive people, wrong passwords and text that is no address', async () => {
    const [agent, gone] = [await anAgent(world), await aCustomer(world)];
    await deactivateUser(world.deps, world.admin, { userId: gone.userId });

    const answers = await Promise.all([
      outcomeOf(attempt(agent.email, 'a wrong one')),
      outcomeOf(attempt(gone.email, PASSWORD)),
      outcomeOf(attempt(gone.email, 'a wrong one')),
      outcomeOf(attempt('nobody@example.com', PASSWORD)),
      outcomeOf(attempt('no address', PASSWORD)),
      outcomeOf(attempt('nul\u0000@example.com', PASSWORD)),
      outcomeOf(attempt('lone\ud800@example.com', PASSWORD)),
    ]);

    expect(answers[0]).toMatchObject({ name: 'AppError', code: 'UNAUTHENTICATED' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('does the same work for all of them', async () => {
    const [agent, gone] = [await anAgent(world), await anAgent(world)];
    await deactivateUser(world.deps, world.admin, { userId: gone.userId });
    const verified: (string | null)[] = [];
    const { passwords } = world.deps.auth;
    const verify = (hash: string | null, password: string) => {
      verified.push(hash);
      return passwords.verify(hash, password);
    };
    const deps = { ...world.deps, auth: { ...world.deps.auth, passwords: { ...passwords, verify } } };

    for (const email of [agent.email, gone.email, 'nobody@example.com'])
      await expect(login(deps, here, { email, password: 'wrong' })).rejects.toThrow();

    expect(verified).toEqual([expect.stringContaining('$argon2id$v=19$m=64,t=1,p=1$'), null, null]);
  });

  it('notices a password that was changed, or a person sent away, while it was being checked', async () => {
    const { passwords } = world.deps.auth;
    const during = (meanwhile: (person: Person) => Promise<unknown>) => async (person: Person) => {
      const verify = async (hash: string | null, password: string) => {
        const fits = await passwords.verify(hash, password);
        await meanwhile(person);
        return fits;
      };
      const deps = { ...world.deps, auth: { ...world.deps.auth, passwords: { ...passwords, verify } } };
      return outcomeOf(login(deps, here, { email: person.email, password: PASSWORD }));
    };
    const deactivated = during(({ userId }) => deactivateUser(world.deps, world.admin, { userId }));
    const changed = during((person) =>
      changePassword(world.deps, person, here.ip, { currentPassword: PASSWORD, newPassword: 'another password' }),
    );

    expect(await deactivated(await anAgent(world))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await changed(await anAgent(world))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  describe('too often', () => {
    const wrong = (email: string, ip: string, times: number) =>
      Promise.all(Array.from({ length: times }, () => outcomeOf(attempt(email, 'a wrong one', from(ip)))));
    const codes = (outcomes: unknown[]) => outcomes.map((outcome) => (outcome as { code: string }).code ?? outcome);

    it('is refused per account, from whatever address, also with the right password', async () => {
      const agent = await anAgent(world);

      const first = await wrong(agent.email, '10.0.0.1', 10);
      const next = await outcomeOf(attempt(agent.email, PASSWORD, from('10.0.0.2')));

      expect(new Set(codes(first))).toEqual(new Set(['UNAUTHENTICATED']));
      expect(next).toMatchObject({ code: 'TOO_MANY_REQUESTS', details: { retryAfterMs: expect.any(Number) } });
    });

    it('counts calls that come at once, each of them', async () => {
      const agent = await anAgent(world);

      const outcomes = codes(await wrong(agent.email, '10.0.1.1', 20));

      expect(outcomes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
      expect(outcomes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(10);
    });

    it('counts for an account under every spelling of its address, and for unknown ones alike', async () => {
      const agent = await anAgent(world);
      const spellings = [agent.email, agent.email.toUpperCase(), ` ${agent.email}`];

      for (const email of spellings) await wrong(email, '10.0.2.1', 4);
      await wrong('nobody.knows@example.com', '10.0.2.2', 12);

      expect(await outcomeOf(attempt(agent.email, PASSWORD, from('10.0.2.3')))).toMatchObject({
        code: 'TOO_MANY_REQUESTS',
      });
      expect(await outcomeOf(attempt('nobody.knows@example.com', PASSWORD, from('10.0.2.3')))).toMatchObject({
        code: 'TOO_MANY_REQUESTS',
      });
    });

    it('is refused per address, without locking the accounts that were tried meanwhile', async () => {
      const agent = await anAgent(world);
      const tried = Array.from({ length: 100 }, (_, index) => `somebody${index}@example.com`);

      for (const email of tried) await wrong(email, '10.0.3.1', 1);
      const refused = await wrong(agent.email, '10.0.3.1', 15);

      expect(new Set(codes(refused))).toEqual(new Set(['TOO_MANY_REQUESTS']));
      expect(await outcomeOf(attempt(agent.email, PASSWORD, from('10.0.3.2')))).toBe('in');
    });

    it('forgives as soon as the password is right', async () => {
      const agent = await anAgent(world);

      for (let round = 0; round < 4; round++) {
        await wrong(agent.email, '10.0.4.1', 9);
        expect(await outcomeOf(attempt(agent.email, PASSWORD, from('10.0.4.1')))).toBe('in');
      }
    });
  });

  it('keeps what it hands out only as hashes', async () => {
    const agent = await anAgent(world);
    const { refreshToken, accessToken } = await signIn(world, agent);

    const stored = JSON.stringify(
      await world.db.all({ name: 'test.tokens', text: () => 'SELECT * FROM refresh_tokens' }, []),
    );

    expect(stored).not.toContain(refreshToken);
    expect(stored).not.toContain(accessToken);
  });
});
