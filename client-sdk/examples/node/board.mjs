// A board in a terminal: BATON_EMAIL=agent@company.com BATON_PASSWORD=password node board.mjs
// Needs: npm install @baton/client ws
import { createClient } from '@baton/client';
import { WebSocket } from 'ws'; // Node before 22 has none of its own

const { BATON_URL = 'http://127.0.0.1:4000', BATON_EMAIL = '', BATON_PASSWORD = '' } = process.env;

const client = createClient({ url: BATON_URL, WebSocket });
const user = await client.login({ email: BATON_EMAIL, password: BATON_PASSWORD });
console.log(`Signed in as ${user.name}. Ctrl-C ends.`);

const open = client.tickets.live({ status: ['OPEN', 'IN_PROGRESS'], sort: { by: 'priority', dir: 'desc' } });
const end = open.subscribe(() => {
  const { items, counts, status, error } = open.getSnapshot();
  console.log(`\n${counts.total} to do (${error?.code ?? status})`);
  for (const { key, priority, title } of items) console.log(`${key}  ${priority.padEnd(6)}  ${title}`);
});

process.once('SIGINT', () => {
  end();
  void client.logout();
});
