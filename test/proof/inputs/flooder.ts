import { WebSocket } from 'ws';
import { headersOf, http } from './wires.js';

// A client that does one thing as fast as it can, until it is stopped: `flooder.ts <url> <token> <address> <kind>`.

const [url = '', token = '', address = '', kind = ''] = process.argv.slice(2);
const AT_ONCE = 20;
let done = 0;

const forEver = (work: () => Promise<unknown>) =>
  Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (;;) {
        await work();
        done++;
      }
    }),
  );
const calling = (path: string, type: 'query' | 'mutation', input: object, asWho: string | null) => () =>
  forEver(() => http(url, asWho, address).send({ path, type, text: JSON.stringify(input) }));

/** As many messages a second as a socket may send, and then a new one. */
async function subscribing(): Promise<void> {
  for (;;) {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/trpc`, { headers: headersOf(token, address) });
    ws.on('error', () => undefined);
    await new Promise((resolve) => ws.once('open', resolve).once('error', resolve));
    const closed = new Promise((resolve) => ws.once('close', resolve));
    for (let id = 0; id < 200; id++) {
      ws.send(`{"id":${id},"method":"subscription","params":{"path":"live.me","input":{}}}`);
      ws.send(`{"id":${id},"method":"subscription.stop"}`);
      done++;
    }
    setTimeout(() => ws.terminate(), 200);
    await closed;
  }
}

const kinds: Readonly<Record<string, () => Promise<unknown>>> = {
  'calls that are refused': calling('users.create', 'mutation', {}, token),
  'calls without a token': calling('tickets.list', 'query', {}, null),
  'sign-ins that fail': calling('auth.login', 'mutation', { email: 'nobody@example.com', password: 'wrong' }, null),
  'subscriptions begun and stopped': subscribing,
};
process.once('SIGTERM', () => {
  process.stdout.write(String(done), () => process.exit(0));
});
await kinds[kind]?.();
