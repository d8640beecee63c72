import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../server/kernel/actor.js';
import { logout } from '../../server/features/auth/commands/logout.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { until } from '../realtime/liveWorld.js';
import { anAgent, aProject, signIn } from '../support/people.js';
import { describeWith } from '../support/services.js';
import { anApp, isAlive, Wire, type LiveApp } from './anApp.js';

let app: LiveApp;
let token: string;
beforeAll(async () => {
  app = await anApp('sqlite');
  token = (await signIn(app, app.admin)).accessToken;
});
afterAll(() => app.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: any;
}

/** By hand, since fetch sets and hides headers of its own. */
function ask(path: string, { method = 'GET', headers = {}, body = [] as (string | Buffer)[] } = {}, http = app.http) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(`${http}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = String(response.headers['content-type']).includes('json');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: isJson ? JSON.parse(text) : text,
        });
      });
    });
    sent.on('error', reject);
    for (const part of body) sent.write(part);
    sent.end();
  });
}
const bearer = () => ({ authorization: `Bearer ${token}` });
const post = (path: string, body: string | Buffer, headers: object = {}) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...bearer(), ...headers }, body: [body] });
const codeOf = ({ body }: Answer) => body.error?.data.app.code;

describe('a body', () => {
  it('above 1 MiB is refused, announced or not', async () => {
    const big = Buffer.alloc(1024 * 1024 + 1, 'x');
    const announced = await post('/trpc/tickets.create', big, { 'content-length': big.length }).catch(String);
    const chunked = await ask('/trpc/tickets.create', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer() },
      body: Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x')),
    }).catch(String);

    for (const answer of [announced, chunked]) {
      // The server may answer and close before all was sent, which cuts the sender off.
      if (typeof answer === 'string') expect(answer).toMatch(/EPIPE|ECONNRESET|hang up/);
      else expect([answer.status, codeOf(answer)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
    expect([announced, chunked].some((answer) => typeof answer !== 'string')).toBe(true);
    expect(await isAlive(app.http)).toBe(true);
  });

  it('with a Content-Encoding is refused', async () => {
    const zipped = gzipSync(JSON.stringify({}));

    const answers = await Promise.all(
      ['gzip', 'br', 'x-unknown'].map((encoding) => post('/trpc/auth.login', zipped, { 'content-encoding': encoding })),
    );

    expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual(
      Array.from({ length: 3 }, () => [415, 'BAD_INPUT']),
    );
  });

  it('that is no JSON, or no object, or nested too deep is refused', async () => {
    const deep = `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`;
    const veryDeep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

    const answers = await Promise.all(
      ['{', '42', '[]', deep, veryDeep].map((body) => post('/trpc/tickets.create', body)),
    );

    expect(answers.map(codeOf)).toEqual(Array(5).fill('BAD_INPUT'));
  });
});

describe('a request', () => {
  const tooLong = { code: 'BAD_INPUT', message: 'A batch holds at most 20 calls.', details: {} };

  it('with more than 20 calls is refused, also when it names 8,000 and nobody', async () => {
    const paths = (count: number) => Array(count).fill('auth.me').join(',');

    const tooMany = await ask(`/trpc/${paths(21)}?batch=1`, { headers: bearer() });
    const enough = await ask(`/trpc/${paths(20)}?batch=1`, { headers: bearer() });
    const commas = await ask(`/trpc/${','.repeat(8_000)}?batch=1`);

    expect([tooMany.status, tooMany.body.error.data.app]).toEqual([400, tooLong]);
    expect(enough.body).toHaveLength(20);
    expect(JSON.stringify(commas.body).length).toBeLessThan(10_000);
  });

  it('with more than 20 calls does none of them and says how many may come, also on a socket', async () => {
    const { id: projectId } = await aProject(app);
    const draft = (nth: number) => ({ projectId, title: `Ticket ${nth}` });
    const [drafts, path] = [Array.from({ length: 21 }, (_, nth) => draft(nth)), 'tickets.create'];

    const posted = await post(
      `/trpc/${drafts.map(() => path).join(',')}?batch=1`,
      JSON.stringify(Object.fromEntries(drafts.entries())),
    );
    const wire = await Wire.open(app.ws, token);
    wire.send(drafts.map((input, id) => ({ id, method: 'mutation', params: { path, input } })));
    const said = await Promise.all(drafts.map((_, id) => wire.answer(id)));
    wire.close();
    const list = await ask(`/api/tickets?projectId=${projectId}`, { headers: bearer() });

    expect([posted.status, posted.body.error.data.app]).toEqual([400, tooLong]);
    expect(said.map(({ error }) => error?.data.app)).toEqual(drafts.map(() => tooLong));
    expect(list.body.items).toEqual([]);
  });

  it('that says nothing leaves out all that can be left out', async () => {
    const lists = ['users', 'departments', 'projects', 'developers', 'skills', 'tickets', 'tasks', 'views'];
    const asked = (path: string) => ask(`/trpc/${path}`, { headers: bearer() });

    const answers = await Promise.all(lists.map((noun) => asked(`${noun}.list`)));
    const [batch, wanting] = [await asked('users.list,auth.me?batch=1'), await asked('users.get')];
    const notNothing = await asked('users.list?input=null');

    expect(answers.map(({ status }) => status)).toEqual(lists.map(() => 200));
    expect(answers.map(({ body }) => Object.keys(body.result.data))).toEqual(lists.map(() => ['items', 'nextCursor']));
    expect(batch.status).toBe(200);
    expect([wanting, notNothing].map(codeOf)).toEqual(['BAD_INPUT', 'BAD_INPUT']);
  });

  it('with connectionParams in its URL is refused: tokens stay out of URLs', async () => {
    const params = encodeURIComponent(JSON.stringify({ token }));

    const answers = await Promise.all([
      ask(`/trpc/auth.me?connectionParams=${params}`),
      ask(`/trpc/live.me?input=%7B%7D&connectionParams=${params}`, { headers: { accept: 'text/event-stream' } }),
    ]);

    expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual(
      Array.from({ length: 2 }, () => [400, 'BAD_INPUT']),
    );
  });

  it('by another method than GET, HEAD or POST is refused, TRACE too, which no Request can be', async () => {
    const statusOf = async (method: string) => {
      const sent = request(`${app.http}/trpc/auth.me`, { method }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };

    const statuses = await Promise.all(['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'].map(statusOf));

    expect(statuses).toEqual(Array(5).fill(405));
  });

  it('gets a typed error without a trace of the inside for whatever goes wrong', async () => {
    await app.db.sequelize.query('ALTER TABLE skills RENAME TO skills_gone');
    const broken = await ask('/trpc/skills.list?input=%7B%7D', { headers: bearer() });
    await app.db.sequelize.query('ALTER TABLE skills_gone RENAME TO skills');
    const unknown = await ask('/trpc/no.such');
    const anonymous = await ask('/trpc/auth.me');
    const method = await ask('/trpc/auth.login');

    expect([broken.status, codeOf(broken)]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(broken.body)).not.toMatch(/skills_gone|SELECT|SQLITE|no such table|node_modules|stack/);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'NOT_FOUND']);
    expect([anonymous.status, codeOf(anonymous)]).toEqual([401, 'UNAUTHENTICATED']);
    expect([method.status, codeOf(method)]).toEqual([405, 'BAD_INPUT']);
  });

  it('of the same person answers the same as over the socket', async () => {
    const { id } = await aProject(app);

    const { body } = await ask(`/trpc/projects.get?input=${encodeURIComponent(JSON.stringify({ projectId: id }))}`, {
      headers: bearer(),
    });

    expect(body.result.data).toMatchObject({ id, lastSeq: 2 });
  });
});

describe('a stream of Server-Sent Events', () => {
  it.each([
    ['signs out', (actor: Actor) => logout(app.deps, actor, {})],
    ['is deactivated', ({ userId }: Actor) => deactivateUser(app.deps, app.admin, { userId })],
  ])('ends with the error that says why when the person %s', async (_, loseAccess) => {
    const { actor, accessToken } = await signIn(app, await anAgent(app));
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${accessToken}` };
    const response = await fetch(`${app.http}/trpc/live.me?input=%7B%7D`, { headers });
    let text = '';
    const end = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) text += decoder.decode(chunk);
    })();
    await until(() => text.includes('"ready"'));

    await loseAccess(actor);
    await end;

    expect(text).toMatch(/event: serialized-error\ndata: .*"code":"UNAUTHENTICATED"/);
  });
});

describe('a browser', () => {
  it('on a listed origin may call, and is told so before', async () => {
    const origin = 'https://board.example.com';

    const preflight = await ask('/trpc/auth.login', { method: 'OPTIONS', headers: { origin } });
    const call = await ask('/trpc/auth.me', { headers: { origin, ...bearer() } });

    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': expect.stringContaining('authorization'),
    });
    expect([call.status, call.headers['access-control-allow-origin']]).toEqual([200, origin]);
  });

  it('is shown the board, or how to get it, under strict rules', async () => {
    const page = await ask('/');

    expect(page.status).toBe(200);
    expect(page.body).toMatch(/<html/);
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
    });
    expect((await ask('/no/such/page')).status).toBe(404);
    expect((await ask('/../../package.json')).status).toBe(404);
  });
});

describe('health', () => {
  it('says that the process lives and is ready, and with what', async () => {
    const [alive, ready] = [await ask('/healthz'), await ask('/readyz')];

    expect([alive.status, ready.status]).toEqual([200, 200]);
    expect(ready.body).toEqual({
      ready: true,
      draining: false,
      database: { ok: true },
      migrations: { ok: true, pending: 0 },
      bus: { kind: 'memory', up: true },
    });
  });

  it('is not ready while migrations are pending', async () => {
    const [rows] = await app.db.sequelize.query('SELECT name FROM sequelize_meta ORDER BY name DESC LIMIT 1');
    const { name } = rows[0] as { name: string };
    await app.db.sequelize.query(`DELETE FROM sequelize_meta WHERE name = '${name}'`);

    const { status, body } = await ask('/readyz');
    await app.db.sequelize.query(`INSERT INTO sequelize_meta (name) VALUES ('${name}')`);

    expect([status, body.migrations]).toEqual([503, { ok: false, pending: 1 }]);
  });

  it('counts what happens', async () => {
    await ask('/trpc/auth.me', { headers: bearer() });
    await ask('/trpc/auth.refresh', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ['{'] });

    const { body } = await ask('/metrics');

    expect(body).toMatch(/baton_calls_total\{type="query",path="auth.me",outcome="OK"\} \d+/);
    // Also what could not be read.
    expect(body).toMatch(/baton_calls_total\{type="mutation",path="auth.refresh",outcome="BAD_INPUT"\} 1/);
    expect(body).toMatch(/baton_bus_up 1/);
    expect(body).toMatch(/process_cpu_user_seconds_total/);
  });
});

describeWith('postgres')('health of PostgreSQL', () => {
  it('is not ready when the database is gone, and says nothing about where it was', async () => {
    const other = await anApp('postgres');
    const ready = await ask('/readyz', {}, other.http);
    await other.db.close();

    const { status, body } = await ask('/readyz', {}, other.http);
    await other.close().catch(() => undefined);

    expect(ready.status).toBe(200);
    expect([status, body.database]).toEqual([503, { ok: false, detail: 'not available' }]);
  });
});
