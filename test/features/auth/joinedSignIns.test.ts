import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunStatement } from '../../../server/db/statement.js';
import type { Deps } from '../../../server/features/deps.js';
import { authenticateTogether } from '../../../server/features/auth/authenticate.js';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { logout } from '../../../server/features/auth/commands/logout.js';
import { until } from '../../realtime/liveWorld.js';
import { anAgent, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';

describeEachDialect('sign-ins that come all at once', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  /** The same program, whose reads are told to `seen`; their answers are handed on when that resolves. */
  function watched(seen: (name: string) => Promise<void> | undefined): Deps {
    const all: RunStatement = async (statement, values) => {
      const rows = await world.db.all(statement, values);
      await seen(statement.name);
      return rows as never;
    };
    return { ...world.deps, db: { ...world.db, all } };
  }

  it('read sessions and keys in a few statements, and each caller is who shows the token', async () => {
    const people = [await anAgent(world), await anAgent(world)];
    const sessions = await Promise.all(people.map((person) => signIn(world, person)));
    const keys = await Promise.all(
      people.map((person) => createApiKey(world.deps, person, { name: 'robot', scopes: ['read'] })),
    );
    const names: string[] = [];
    const deps = watched((name) => void names.push(name));
    const tokens = Array.from({ length: 100 }, () => [
      ...sessions.map(({ accessToken }) => accessToken),
      ...keys.map(({ key }) => key),
    ]).flat();

    const found = await Promise.all(tokens.map((token) => authenticateTogether(deps, token)));

    const ids = people.map(({ userId }) => userId);
    expect(found.map(({ actor }) => actor.userId)).toEqual(tokens.map((_, nth) => ids[nth % 2]));
    expect(names.length).toBeLessThanOrEqual(6);
    expect(new Set(names)).toEqual(new Set(['auth.bySessions', 'auth.byApiKeys']));
  });

  it('are never answered by a read that began before they asked: a session that ended meanwhile is refused', async () => {
    const session = await signIn(world, await anAgent(world));
    let handOn = () => {};
    let tellRead = () => {};
    const isRead = new Promise<void>((resolve) => (tellRead = resolve));
    const deps = watched(() => {
      tellRead();
      return new Promise((resolve) => (handOn = resolve));
    });

    const before = authenticateTogether(deps, session.accessToken);
    await isRead;
    await logout(world.deps, session.actor, {});
    const after = authenticateTogether(deps, session.accessToken).catch((error: unknown) => error);
    const first = handOn;
    first();
    expect((await before).actor.userId).toBe(session.actor.userId);
    await until(() => handOn !== first);
    handOn();

    expect(await after).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('wait a second at most for one that is not answered', async () => {
    const session = await signIn(world, await anAgent(world));
    let asked = 0;
    const deps = watched(() => (++asked === 1 ? new Promise(() => undefined) : undefined));

    void authenticateTogether(deps, session.accessToken);
    await until(() => asked > 0);
    const begun = performance.now();
    const { actor } = await authenticateTogether(deps, session.accessToken);

    expect(actor.userId).toBe(session.actor.userId);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
