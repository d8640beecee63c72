import type { BrowserContextOptions } from 'playwright-core';
import { WebSocket } from 'ws';
import { createClient } from '../../client-sdk/src/index.js';
import { PASSWORD } from '../support/world.js';
import { tabStorage } from '../../web/src/session/tabStorage.js';

function aBox() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

/** What a browser keeps of somebody who signed in to the board at `url` before: the form is for the tests that are about it. */
export async function signedIn(
  url: string,
  { email }: { readonly email: string },
): Promise<NonNullable<BrowserContextOptions['storageState']>> {
  const browser = aBox();
  const client = createClient({ url, WebSocket, storage: tabStorage(aBox(), browser) });
  await client.login({ email, password: PASSWORD });
  client.close();
  const localStorage = [...browser.kept].map(([name, value]) => ({ name, value }));
  return { cookies: [], origins: [{ origin: url, localStorage }] };
}
