import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { WebSocket } from 'ws';
import { createClient, type BatonClient } from '../../client-sdk/src/index.js';
import { buildApp, type App } from '../../server/app.js';
import { loadConfig } from '../../server/config.js';
import { nodeEnv } from '../support/node.js';
import { oncePerRun } from '../support/oncePerRun.js';
import { aTicketWorld, type TicketWorld } from '../support/ticketWorld.js';
import { PASSWORD, type Person } from '../support/world.js';
import { BoardWindow } from './boardWindow.js';
import { startBrowser } from './browser.js';
import { signedIn } from './signedIn.js';

/** A server with the built board over SQLite, and a browser. */
export interface BoardSite {
  readonly world: TicketWorld;
  readonly url: string;
  readonly clientOf: (person: Person) => Promise<BatonClient>;
  /** A window of its own, at `path` (`?view=list#/SUP`), signed in; by another way to the server, if one is given. */
  readonly open: (
    person: Person,
    path: string,
    options?: BrowserContextOptions & { readonly url?: string },
  ) => Promise<BoardWindow>;
  /** Closes all windows and returns what their pages complained about. */
  readonly closeWindows: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** `fill` makes what the tests find, while nobody serves it yet; `env` is what the server is told besides. */
export async function aBoardSite(
  fill: (world: TicketWorld) => Promise<unknown>,
  env: Readonly<Record<string, string>> = {},
): Promise<BoardSite> {
  await buildBoard();
  const world = await aTicketWorld('sqlite');
  await fill(world);
  await world.close();
  const app: App = buildApp(
    loadConfig(nodeEnv({ databaseUrl: world.url, env: { PORT: '0', LOG_LEVEL: 'silent', ...env } })),
  );
  await app.listen();
  const url = `http://127.0.0.1:${app.port}`;
  const browser: Browser = await startBrowser();
  const windows: BoardWindow[] = [];
  return {
    world,
    url,
    clientOf: async ({ email }) => {
      const client = createClient({ url, WebSocket });
      await client.login({ email, password: PASSWORD });
      return client;
    },
    open: async (person, path, { url: way = url, ...options } = {}) => {
      const window = await BoardWindow.open(browser, way, { storageState: await signedIn(way, person), ...options });
      windows.push(window);
      await window.goTo(path);
      return window;
    },
    closeWindows: async () => {
      const complaints = windows.flatMap((window) => window.complaints);
      await Promise.all(windows.splice(0).map((window) => window.close()));
      return complaints;
    },
    close: async () => {
      await browser.close();
      await app.close();
    },
  };
}

/** As `npm run build:web` does it: tests run with another NODE_ENV, for which React would bring its development build. */
export const buildBoard = () =>
  oncePerRun('board', () =>
    promisify(execFile)(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], {
      env: { ...process.env, NODE_ENV: 'production' },
    }),
  );
