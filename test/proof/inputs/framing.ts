import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { withBystander } from './bystander.js';
import { leakIn } from './leaks.js';
import type { Stage } from './stage.js';

type Chunks = Iterable<string | Buffer>;
interface Framing {
  readonly says: string;
  readonly chunks: () => Chunks;
  /** What may be answered; `none`: nothing while the client waits, or the connection was cut before the answer was read. */
  readonly status: RegExp;
}

const refused = /^4\d\d$/;
const MIB = 1024 * 1024;
const head = (line: string, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: baton.example', ...headers, '', ''].join('\r\n');
const of = (says: string, status: RegExp, ...chunks: readonly (string | Buffer)[]): Framing => ({
  says,
  status,
  chunks: () => chunks,
});
const json = 'Content-Type: application/json';
const login = (...headers: readonly string[]) => head('POST /trpc/auth.login', json, ...headers);
const withBody = (body: string | Buffer, ...headers: readonly string[]): (string | Buffer)[] => [
  head('POST /trpc/auth.login', `Content-Length: ${Buffer.byteLength(body)}`, ...headers),
  body,
];

function* long(first: string, bytes: number, chunk: (size: number) => Chunks): Generator<string | Buffer> {
  yield first;
  for (let sent = 0; sent < bytes; sent += MIB) yield* chunk(MIB);
}
const mib = Buffer.alloc(MIB, ' ');

const lengths: readonly Framing[] = [
  of('a length in letters', /400/, login('Content-Length: ten'), '{}'),
  of('a negative length', /400/, login('Content-Length: -1'), '{}'),
  of('a length of 2^64', /4\d\d/, login('Content-Length: 18446744073709551616'), '{}'),
  of('two lengths', /400/, login('Content-Length: 2', 'Content-Length: 40'), '{}'),
  of('a length and chunks', /400/, login('Content-Length: 5', 'Transfer-Encoding: chunked'), '0\r\n\r\nGET /x'),
  of('chunks that are not last', /400|501/, login('Transfer-Encoding: chunked, identity'), '{}'),
  of('chunks of an unknown kind', /4\d\d|501/, login('Transfer-Encoding: xchunked'), '0\r\n\r\n'),
  of('a chunk size in letters', /400/, login('Transfer-Encoding: chunked'), 'zz\r\n{}\r\n0\r\n\r\n'),
  of('a chunk size that overflows', /400|413/, login('Transfer-Encoding: chunked'), 'FFFFFFFFFFFFFFFFFF\r\n{}\r\n'),
  of('chunks that end twice', /400/, login('Transfer-Encoding: chunked'), '2\r\n{}\r\n0\r\n\r\n0\r\n\r\n'),
  of('a body that never comes', /none/, login('Content-Length: 100'), '{'),
  of('a head that never ends', /none/, 'GET /trpc/auth.me HTTP/1.1\r\nHost: x\r\nX-A: b'),
  of('200 MB, announced', /413/, login(`Content-Length: ${200 * MIB}`), '{'),
  {
    says: '200 MB, sent',
    status: /413|none/,
    chunks: () => long(login(`Content-Length: ${200 * MIB}`), 200 * MIB, () => [mib]),
  },
  {
    says: '200 MB in chunks',
    status: /413|none/,
    chunks: () =>
      long(login('Transfer-Encoding: chunked'), 200 * MIB, (size) => [`${size.toString(16)}\r\n`, mib, '\r\n']),
  },
  of('200 MB, asked for first', /413|417/, login(`Content-Length: ${200 * MIB}`, 'Expect: 100-continue')),
];
const heads: readonly Framing[] = [
  of('a space before the colon', /400/, login('Content-Length : 2'), '{}'),
  of('a NUL in a header', /400/, login('X-A: a\u0000b'), '{}'),
  of('a header over two lines', /400/, login('X-A: a\r\n b'), '{}'),
  of('headers of 20 KB', /431/, login(`X-A: ${'a'.repeat(20_000)}`)),
  of('4,000 headers', /431/, head('GET /trpc/auth.me', ...Array.from({ length: 4_000 }, (_, nth) => `X${nth}: a`))),
  of('no host', /400/, 'GET /trpc/auth.me HTTP/1.1\r\n\r\n'),
  of('HTTP/9.9', /400|505/, 'GET /trpc/auth.me HTTP/9.9\r\nHost: x\r\n\r\n'),
  of('no HTTP at all', /400/, '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'),
  of('an upgrade to h2c', /4\d\d/, head('GET /trpc/auth.me', 'Connection: Upgrade', 'Upgrade: h2c')),
  of('another origin', /403/, head('GET /trpc/auth.me', 'Origin: null')),
  of('a token with a NUL', /400|401/, head('GET /trpc/auth.me', 'Authorization: Bearer a%00b')),
  of('a token of 15 KB', /401/, head('GET /trpc/auth.me', `Authorization: Bearer ${'a.'.repeat(7_500)}`)),
];
const methods = ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'].map((method) =>
  of(`${method} of a query`, /405/, head(`${method} /trpc/auth.me`)),
);
const calls: readonly Framing[] = [
  ...methods,
  of('GET of a mutation', /405/, head('GET /trpc/auth.login?input=%7B%7D')),
  of('POST of a query', /405/, head('POST /trpc/auth.me', json, 'Content-Length: 2'), '{}'),
  of('8,000 calls in a batch', refused, head(`GET /trpc/${','.repeat(8_000)}?batch=1`)),
  of('21 calls in a batch', /400|207/, head(`GET /trpc/${Array(21).fill('auth.me').join()}?batch=1`)),
  of('the token in the address', /400/, head('GET /trpc/auth.me?connectionParams=%7B%22token%22%3A%22x%22%7D')),
];
const encodings = ['gzip', 'br', 'deflate', 'x', 'identity, gzip'];
const bodies: readonly Framing[] = [
  ...encodings.map((encoding) =>
    of(`Content-Encoding ${encoding}`, /415/, ...withBody('{}', json, `Content-Encoding: ${encoding}`)),
  ),
  ...[
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    '',
    'application/jsonp',
  ].map((type) => of(`Content-Type ${type}`, refused, ...withBody('{}', `Content-Type: ${type}`))),
  ...[
    '{',
    '',
    '\ufeff{}',
    'NaN',
    '{"a":1}}',
    "{'a':1}",
    '[1,]',
    '"\u0001"',
    '{"a":01}',
    'undefined',
    '['.repeat(500_000),
  ].map((body) => of(`the body ${body.slice(0, 10)}`, /400/, ...withBody(body, json))),
  of('bytes that are not UTF-8', /400/, ...withBody(Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22]), json)),
];
const answeredSomehow = /^[1234]\d\d$/;
const callPaths = `
  /trpc /trpc/ /trpc/% /trpc/%00 /trpc/%ff%fe /trpc/..%2f..%2fetc%2fpasswd /trpc/__proto__ /trpc/constructor /trpc/toString /trpc/auth
  /trpc/auth.me.x /trpc/auth..me /trpc/auth/me /trpc/, /trpc/auth.me?input=% /trpc/auth.me?input=%7B /trpc/auth.me?batch=x
  /trpc/auth.me?batch=1&batch=1 /trpc/auth.me?batch=1&input=1 /trpc/auth.me?%00=%00`;
const otherPaths = `
  /../../etc/passwd /%2e%2e/%2e%2e/etc/passwd /..%5c..%5cpackage.json /%c0%ae%c0%ae/ /% //evil.example/ /${'a'.repeat(10_000)}
  /index.html%00.js /assets/../../../package.json /?% /healthz/../metrics * http://evil.example/trpc/auth.me http://[/ javascript:alert(1)`;
const paths = `${callPaths}${otherPaths}`
  .trim()
  .split(/\s+/)
  .map((path) => of(`the path ${path.slice(0, 40)}`, answeredSomehow, head(`GET ${path}`)));

export const framings: readonly Framing[] = [...lengths, ...heads, ...calls, ...bodies, ...paths];

const PATIENCE_MS = 2_000;

/** The first status that comes back, with all that came; null when nothing did. */
async function exchange(url: string, chunks: Chunks): Promise<{ status: string | null; text: string; ms: number }> {
  const { hostname, port } = new URL(url);
  const connection = connect(Number(port), hostname);
  let text = '';
  connection.on('data', (chunk) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  await once(connection, 'connect');
  const begun = performance.now();
  const isOver = () => /^HTTP\/1\.1 (?!100)\d+[^]*\r\n\r\n/m.test(text) || connection.destroyed;
  for (const chunk of chunks) {
    if (isOver()) break;
    if (connection.write(chunk)) continue;
    const taken = new Promise((resolve) => connection.once('drain', resolve).once('close', resolve));
    await Promise.race([taken, sleep(PATIENCE_MS)]);
  }
  while (!isOver() && performance.now() - begun < PATIENCE_MS) await sleep(5);
  const ms = performance.now() - begun;
  await sleep(5);
  connection.destroy();
  return { status: /^HTTP\/1\.1 (?!100)(\d+)/m.exec(text)?.[1] ?? null, text, ms };
}

async function sendOne(stage: Stage, slowMs: number, { says, chunks, status }: Framing): Promise<string> {
  const before = await stage.commits.read();
  const answer = await exchange(stage.url, chunks());
  const where = `framing: ${says}`;
  if (!status.test(answer.status ?? 'none'))
    stage.find(answer.status?.startsWith('5') ? 'failsInside' : 'badCode', where, answer.text.slice(0, 300));
  const leak = leakIn(answer.text, answer.status?.startsWith('4') ?? true, null);
  if (leak !== null) stage.find('leaks', where, leak);
  if (answer.ms > slowMs) stage.find('slow', where, `${answer.ms.toFixed(0)} ms`);
  if ((await stage.commits.read()) !== before) stage.find('writesOnError', where, '');
  await stage.demandAlive(where);
  return answer.status ?? 'none';
}

/** Requests that are none. Gives how many, by what was answered. */
export const sendFramings = (stage: Stage, slowMs: number, chosen = framings): Promise<Record<string, number>> =>
  withBystander(stage, slowMs, 'framing', async () => {
    const statuses: Record<string, number> = {};
    for (const framing of chosen) {
      const status = await sendOne(stage, slowMs, framing);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    return statuses;
  });
