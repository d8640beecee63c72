import { expect, it } from 'vitest';
import { Reopening } from '../../client-sdk/src/reopening.js';

it('clients whose sockets were cut at the same moment come back at different ones, within half of the first wait', () => {
  const waits = Array.from({ length: 400 }, () => {
    const reopening = new Reopening({ baseMs: 1_000, maxMs: 10_000 });
    reopening.opened();
    reopening.served();
    reopening.closed(1001);
    return reopening.delayMs(0);
  });

  const tenths = new Set(waits.map((ms) => Math.floor(ms / 50)));
  expect(Math.max(...waits)).toBeLessThan(500);
  expect(tenths.size).toBe(10);
});
