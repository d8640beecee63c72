import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refresh } from '../../server/features/auth/commands/refresh.js';
import { append, oneTo, until } from '../realtime/liveWorld.js';
import { aProject, anAgent, here, signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

const TTL_MS = 3_000;

describeEachDialect('a token that is changed on a living socket', (dialect) => {
  let app: LiveApp;
  beforeAll(async () => {
    app = await anApp(dialect, { accessTokenTtlMs: TTL_MS });
  });
  afterAll(() => app.close());

  it('costs no event and doubles none, however often the old one expires under 50 events a second', async () => {
    const ben = await anAgent(app);
    const { id: projectId, seq: joined } = await aProject(app, { members: [ben] });
    let { accessToken, refreshToken } = await signIn(app, ben);
    const wire = await Wire.open(app.ws, accessToken);
    const streams = [0, 1].map(() => wire.begin('subscription', 'live.project', { projectId }));
    await until(() => streams.every((stream) => wire.itemsOf(stream).length === 1));
    const first = wire.itemsOf(streams[0]!)[0].seq as number;

    const over = performance.now() + 3 * TTL_MS;
    let last = 0;
    const writing = (async () => {
      while (performance.now() < over) [last] = await Promise.all([append(app, projectId), sleep(20)]);
    })();
    const replies: unknown[] = [];
    while (performance.now() < over) {
      await sleep(TTL_MS / 3);
      ({ accessToken, refreshToken } = await refresh(app.deps, here, { refreshToken }));
      replies.push((await wire.call('mutation', 'auth.renew', { accessToken })).result?.data);
    }
    await writing;
    await until(() => streams.every((stream) => wire.itemsOf(stream).at(-1)?.seq === last));
    const { code } = await wire.closed;

    expect(joined).toBeLessThanOrEqual(first);
    expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(new Set(['{"done":true}']));
    for (const stream of streams) {
      const seqs = wire.itemsOf(stream).flatMap((item) => (item.kind === 'event' ? [item.seq] : []));
      expect(seqs).toEqual(oneTo(last).slice(first));
    }
    expect(code).toBe(4001);
  });
});
