import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { describeWith } from '../support/services.js';
import type { TicketWorld } from '../support/ticketWorld.js';
import { aBoardSite, type BoardSite } from './boardSite.js';

export const emptyBoard = () => Promise.resolve();

/**
 * A suite over one board and its server, which are there once its tests run. `fill` makes what they find, `env` is what the server is told. Each test's windows are closed after
 * it, and none of them may have complained.
 */
export function describeBoard(
  name: string,
  fill: (world: TicketWorld) => Promise<unknown>,
  suite: (site: BoardSite) => void,
  env: Readonly<Record<string, string>> = {},
): void {
  describeWith('chromium')(name, () => {
    // Several windows a test: on a busy machine each takes some seconds to open.
    vi.setConfig({ testTimeout: 90_000 });
    const site: Partial<BoardSite> = {};
    beforeAll(async () => void Object.assign(site, await aBoardSite(fill, env)), 180_000);
    afterAll(() => site.close?.());
    afterEach(async () => expect(await site.closeWindows?.()).toEqual([]));
    suite(site as BoardSite);
  });
}
