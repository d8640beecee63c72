import fc from 'fast-check';
import { WebSocket } from 'ws';
import { withBystander } from './bystander.js';
import { leakIn } from './leaks.js';
import { inputsFrom, textOf } from './spoiled.js';
import type { Stage } from './stage.js';
import { headersOf } from './wires.js';

const params = fc.record(
  {
    path: fc.constantFrom('auth.me', 'live.me', 'tickets.list', 'nowhere', '', '__proto__', 'auth', 'constructor.name'),
    input: fc.constantFrom({}, undefined, null, { limit: 1 }),
    lastEventId: fc.constantFrom('', 'x', '01900000-0000-7000-8000-000000000001.1', '\u0000'),
  },
  { requiredKeys: ['path'] },
);
const message = fc.record(
  {
    id: fc.oneof(
      fc.constantFrom<unknown>(1, 1, 0, -1, 1.5, 2 ** 53, '', 'x', null, true, [], {}, 'PING'),
      fc.integer(),
      fc.string(),
    ),
    jsonrpc: fc.constantFrom('2.0', '1.0', 2),
    method: fc.constantFrom(
      'query',
      'mutation',
      'subscription',
      'subscription.stop',
      'connectionParams',
      'PING',
      'reconnect',
    ),
    params,
  },
  { requiredKeys: ['id', 'method', 'params'] },
);
const messages = inputsFrom(
  fc.oneof({ weight: 3, arbitrary: message }, { weight: 1, arbitrary: fc.array(message, { maxLength: 30 }) }),
);
const connectionParams = inputsFrom(
  fc.constantFrom({ method: 'connectionParams', data: { token: 'x' } }, { method: 'connectionParams', data: null }, {}),
);
/** Messages that no arbitrary makes. */
const great: readonly string[] = [
  `[${Array(50_000).fill('{"id":1,"method":"query","params":{"path":"auth.me"}}').join()}]`,
  `[${Array(1_100).fill('{"id":1,"method":"query","params":{"path":"auth.me"}}').join()}]`,
  `[${Array(32_000).fill('0').join()}]`,
  `[${'['.repeat(30_000)}${']'.repeat(30_000)}]`,
  `{"id":1,"method":"query","params":{"path":"auth.me","input":${'[1,'.repeat(15_000)}0${']'.repeat(15_000)}}}`,
  `{"id":"${'i'.repeat(60_000)}","method":"query","params":{"path":"auth.me"}}`,
  `{"id":1,"method":"query","params":{"path":"${'a.'.repeat(30_000)}"}}`,
];
const inputsOfBatches = inputsFrom(
  fc.constantFrom<unknown[]>(
    { '0': {}, '1': {} },
    { '1': {} },
    { '-1': {}, '7': {} },
    [{}, {}],
    { '0': null },
    'x',
    1,
    null,
  ),
);

const PROBE = '{"id":"probe","method":"query","params":{"path":"auth.me"}}';
const PATIENCE_MS = 3_000;

/** All that came after this message, to the answer of a call behind it or the end of the socket; null when neither came. */
function told(stage: Stage, token: string, first: string | null, text: string): Promise<string | null> {
  const ws = new WebSocket(`${stage.url.replace('http', 'ws')}/trpc${first === null ? '' : '?connectionParams=1'}`, {
    headers: headersOf(token),
  });
  let said = '';
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(null), PATIENCE_MS);
    const end = (outcome: string | null) => {
      clearTimeout(timer);
      resolve(outcome);
      ws.terminate();
    };
    ws.once('open', () => {
      for (const one of [...(first === null ? [] : [first]), text, PROBE]) ws.send(one);
    });
    ws.on('message', (data) => {
      said += `${(data as Buffer).toString()}\n`;
      if (/"id":"probe","(result|error)"/.test(said)) end(said);
    });
    ws.on('error', () => end(said));
    ws.once('close', (code) => end(`${said}CLOSED ${code}`));
  });
}

async function overHttp({ url }: Stage, token: string, text: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/trpc/auth.me,auth.me?batch=1&input=${encodeURIComponent(text)}`, {
      headers: headersOf(token),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return `${response.status >= 500 ? '"code":"INTERNAL"' : ''}${await response.text()}`;
  } catch {
    return null;
  }
}

/** Messages and batches around calls that are not as they should be. Gives how many. */
export async function sendEnvelopes(stage: Stage, count: number, seed: number, slowMs: number): Promise<number> {
  const token = await stage.adminToken();
  const drawn = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.sample(arbitrary, { numRuns: Math.ceil(count / 3), seed }).map((input) => textOf(input) ?? '');
  const sendings = [
    ...[...great, ...drawn(messages)].map((text) => ({ text, send: () => told(stage, token, null, text) })),
    ...drawn(connectionParams).map((text) => ({ text, send: () => told(stage, token, text, PROBE) })),
    ...drawn(inputsOfBatches).map((text) => ({ text, send: () => overHttp(stage, token, text) })),
  ];
  await withBystander(stage, slowMs, 'envelopes', async () => {
    for (const { text, send } of sendings) await judge(stage, text, send);
  });
  return sendings.length;
}

async function judge(stage: Stage, text: string, send: () => Promise<string | null>): Promise<void> {
  const before = await stage.commits.read();
  const said = await send();
  const where = `envelope ${text.slice(0, 300)} → ${said?.slice(0, 300)}`;
  if (said === null) stage.find('slow', where, 'no answer');
  else if (said.includes('"code":"INTERNAL"')) stage.find('failsInside', where, 'INTERNAL');
  const leak = leakIn(said ?? '', true, null);
  if (leak !== null) stage.find('leaks', where, leak);
  if ((await stage.commits.read()) !== before) stage.find('writesOnError', where, '');
  await stage.demandAlive(where);
}
