import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from '../../server/kernel/logger.js';
import { HeadPoller } from '../../server/realtime/headPoller.js';

const EVERY_MS = 50;
/** From when on an unanswered question makes stale, by the poller's own reckoning, and a little more. */
const STALE_MS = 460;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('tells that the heads are stale also when its timer rings before they are', async () => {
  const told: boolean[] = [];
  const poller = new HeadPoller({ heads: () => new Promise(() => undefined) }, EVERY_MS, createLogger('silent'), {
    refs: () => [{ kind: 'project', id: 'p' }],
    onHeads: () => undefined,
    onRound: () => undefined,
    onStale: () => told.push(poller.isFresh),
  });
  poller.start();

  vi.advanceTimersByTime(STALE_MS);
  const early = [...told];
  await sleep(STALE_MS);
  vi.advanceTimersByTime(STALE_MS);
  poller.stop();

  expect([early, told]).toEqual([[], [false]]);
});
