import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TokenReply } from '../../contract/auth.js';
import { anAgent, signIn } from '../support/people.js';
import { clientOf } from '../support/revocations.js';
import { describeWith } from '../support/services.js';
import { anApp, aNode, Wire, type LiveApp } from '../transport/anApp.js';

const GRACE_MS = 10_000;

describeWith('postgres')('a refresh token that comes back, on two nodes', () => {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  let app: LiveApp;
  let other: Awaited<ReturnType<typeof aNode>>;
  beforeAll(async () => {
    app = await anApp('postgres', {}, { clock });
    other = await aNode(app.config, { clock });
  });
  afterAll(async () => {
    await other.app.close();
    await app.close();
  });

  const nodes = () => [app.http, other.http] as const;
  const refreshAt = (url: string, refreshToken: string): Promise<TokenReply> =>
    clientOf(url, 'nobody').auth.refresh.mutate({ refreshToken });
  /** Whether the access token is good, on each node. */
  const isGood = (token: string) =>
    Promise.all(
      nodes().map((url) =>
        clientOf(url, token)
          .auth.me.query()
          .then(
            () => true,
            () => false,
          ),
      ),
    );
  const refused = { data: { app: { code: 'UNAUTHENTICATED' } } };

  it('at once is given the same successor by both, which both take', async () => {
    for (let round = 0; round < 5; round++) {
      const { refreshToken } = await signIn(app, await anAgent(app));
      const replies = await Promise.all([...nodes(), ...nodes()].map((url) => refreshAt(url, refreshToken)));

      const [successor, ...more] = new Set(replies.map((reply) => reply.refreshToken));
      expect(more).toEqual([]);
      for (const { accessToken } of replies) expect(await isGood(accessToken)).toEqual([true, true]);
      await refreshAt(other.http, successor!);
    }
  });

  it.each([
    ['just within the grace', GRACE_MS - 2_000, true],
    ['after it', GRACE_MS + 1, false],
  ])('to the other node %s', async (_, ms, isGiven) => {
    const { refreshToken } = await signIn(app, await anAgent(app));
    const next = await refreshAt(app.http, refreshToken);
    ahead += ms;

    const again = refreshAt(other.http, refreshToken);
    if (isGiven) expect((await again).refreshToken).toBe(next.refreshToken);
    else await expect(again).rejects.toMatchObject(refused);

    expect(await isGood(next.accessToken)).toEqual([isGiven, isGiven]);
  });

  it('after its successor was used ends the whole session, sockets on both nodes too, and no other session', async () => {
    const agent = await anAgent(app);
    const { refreshToken, accessToken } = await signIn(app, agent);
    const another = await signIn(app, agent);
    const wires = await Promise.all([app.ws, other.ws].map((url) => Wire.open(url, accessToken)));
    await Promise.all(wires.map((wire) => wire.call('query', 'auth.me')));
    const next = await refreshAt(app.http, refreshToken);
    const third = await refreshAt(other.http, next.refreshToken);

    await expect(refreshAt(app.http, refreshToken)).rejects.toMatchObject(refused);

    for (const token of [accessToken, next.accessToken, third.accessToken])
      expect(await isGood(token)).toEqual([false, false]);
    for (const url of nodes()) await expect(refreshAt(url, third.refreshToken)).rejects.toMatchObject(refused);
    expect((await Promise.all(wires.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([4001, 4001]);
    expect(await isGood(another.accessToken)).toEqual([true, true]);
  });

  it('to one node while its owner refreshes at the other leaves nobody a way in', async () => {
    const agent = await anAgent(app);
    for (let round = 0; round < 5; round++) {
      const { refreshToken } = await signIn(app, agent);
      const second = await refreshAt(app.http, refreshToken);
      const third = await refreshAt(other.http, second.refreshToken);

      const [thief, owner] = await Promise.allSettled([
        refreshAt(app.http, refreshToken),
        refreshAt(other.http, third.refreshToken),
      ]);

      expect(thief.status).toBe('rejected');
      expect(await isGood(third.accessToken)).toEqual([false, false]);
      if (owner.status === 'fulfilled') expect(await isGood(owner.value.accessToken)).toEqual([false, false]);
    }
  });
});
