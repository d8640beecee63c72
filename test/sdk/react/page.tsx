import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { createClient, memoryQueue, webStorage, type BatonClient } from '../../../client-sdk/src/index.js';
import { App, drawn, type Shown } from './parts.js';

const client = createClient({
  url: `http://127.0.0.1:${location.search.slice(1)}`,
  storage: webStorage(localStorage),
  queue: memoryQueue(),
  backoff: { baseMs: 50, maxMs: 200 },
});
let root: Root | undefined;

/** What the test asks of the page. */
export interface Stage {
  readonly client: BatonClient;
  readonly drawn: Readonly<Record<string, number>>;
  show(shown: Shown): void;
  /** Takes over what a server has drawn. */
  hydrate(shown: Shown): void;
}

const main = () => document.querySelector('main') ?? document.body;
const stage: Stage = {
  client,
  drawn,
  show(shown) {
    root ??= createRoot(main());
    root.render(<App client={client} shown={shown} />);
  },
  hydrate(shown) {
    root = hydrateRoot(main(), <App client={client} shown={shown} />, {
      onRecoverableError: (error) => reportError(error),
    });
  },
};
Object.assign(globalThis, { stage });
