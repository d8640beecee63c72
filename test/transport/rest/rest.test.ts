import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { aTicket, type TicketWorld } from '../../support/ticketWorld.js';
import { aCustomer, anAgent, aProject, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { anApp, isAlive, type LiveApp } from '../anApp.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: any;
}
interface Sent {
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

describeEachDialect('REST', (dialect) => {
  let app: LiveApp;
  let world: TicketWorld;
  let token: string;
  beforeAll(async () => {
    app = await anApp(dialect);
    const [lead, ann, bob, cyd] = await Promise.all(
      ['Lea Lead', 'Ann Agent', 'Bob Agent', 'Cyd Agent'].map((name) => anAgent(app, name)),
    );
    const [customer, otherCustomer] = [await aCustomer(app, 'Kim Customer'), await aCustomer(app, 'Ole Customer')];
    const people = { lead: lead!, ann: ann!, bob: bob!, cyd: cyd!, customer, otherCustomer };
    const team = {
      lead: people.lead,
      members: [people.ann, people.bob],
      customers: [customer, otherCustomer],
      key: 'SUP',
    };
    world = { ...app, ...people, project: await aProject(app, team), foreign: await aProject(app, { key: 'OPS' }) };
    token = (await signIn(app, people.ann)).accessToken;
  });
  afterAll(() => app.close());

  async function ask(
    method: string,
    path: string,
    { token: by = token, headers = {}, body }: Sent = {},
  ): Promise<Answer> {
    const raw =
      typeof body === 'string' || Buffer.isBuffer(body) ? body : body === undefined ? '' : JSON.stringify(body);
    const sent = request(`${app.http}${path}`, {
      method,
      headers: {
        ...(by !== null && { authorization: `Bearer ${by}` }),
        ...(raw.length > 0 && {
          'content-type': 'application/json',
          ...(headers['transfer-encoding'] === undefined && { 'content-length': Buffer.byteLength(raw) }),
        }),
        ...headers,
      },
    });
    sent.end(raw);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const said = await text(response);
    const isJson = String(response.headers['content-type']).includes('json') && said !== '';
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: said,
      body: isJson ? JSON.parse(said) : said,
    };
  }
  const codeOf = ({ status, body }: Answer) => [status, body.error?.code];

  describe('of a list', () => {
    it('takes repeated parameters, words in any case, numbers, booleans and parts of an object', async () => {
      const [open, review] = [await aTicket(world), await aTicket(world, { status: 'REVIEW', priority: 'URGENT' })];
      await aTicket(world, { status: 'CLOSED' });
      const query = `projectId=${world.project.id}&status=open&status=REVIEW&unassigned=true&limit=2`;

      const { status, body } = await ask('GET', `/api/tickets?${query}&sort[by]=priority&sort[dir]=DESC`);

      expect([status, body.items.map(({ id }: any) => id)]).toEqual([200, [review.id, open.id]]);
      expect(body.nextCursor).toEqual(null);
    });

    it('gives the rest by cursor', async () => {
      const first = await ask('GET', '/api/tickets?limit=1');
      const second = await ask('GET', `/api/tickets?limit=1&cursor=${encodeURIComponent(first.body.nextCursor)}`);

      expect(second.body.items).toHaveLength(1);
      expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
    });

    it('takes status=active of assignments', async () => {
      const active = await ask('GET', '/api/assignments?status=active');

      expect([active.status, active.body.items]).toEqual([200, expect.any(Array)]);
    });

    it.each([
      ['what it does not know', 'what=1'],
      ['a word that is none', 'status=nothing'],
      ['a number that is none', 'limit=1x'],
      ['a number in another form', 'limit=0x10'],
      ['one value given twice', 'limit=1&limit=2'],
      ['a boolean that is none', 'unassigned=1'],
      ['a whole for its parts', 'sort=priority'],
      ['an unknown part', 'sort[by]=priority&sort[dir]=asc&sort[id]=1'],
      ['a name of all objects', '__proto__=1'],
      ['a part of all objects', 'sort[__proto__]=1'],
      ['a key for what changes nothing', 'idempotencyKey=x'],
    ])('refuses %s', async (_, query) => {
      expect(codeOf(await ask('GET', `/api/tickets?${query}`))).toEqual([400, 'BAD_INPUT']);
    });
  });

  describe('of one thing', () => {
    it('takes its key as well as its id', async () => {
      const ticket = await aTicket(world, { title: 'By two names' });

      const answers = await Promise.all(
        [ticket.id, ticket.id.toUpperCase(), ticket.key, encodeURIComponent(ticket.key)].map((name) =>
          ask('GET', `/api/tickets/${name}`),
        ),
      );
      const patched = await ask('PATCH', `/api/tickets/${ticket.key}`, { body: { title: 'By its key' } });
      const project = await ask('GET', `/api/projects/${world.project.key}/members`);

      expect(new Set(answers.map(({ status, text: said }) => `${status} ${said}`)).size).toBe(1);
      expect([patched.status, patched.body.title]).toEqual([200, 'By its key']);
      expect(project.status).toBe(200);
    });

    it('of others answers exactly as what is nowhere, by key and by id', async () => {
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const missing = { id: '01900000-0000-7000-8000-000000000001', key: 'NOWHERE-1' };

      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { title: 'Mine' }],
        ['DELETE', '', undefined],
        ['POST', '/restore', undefined],
        ['GET', '/comments', undefined],
      ] as const) {
        const answers = await Promise.all(
          [foreign.id, foreign.key, missing.id, missing.key].map((name) =>
            ask(method, `/api/tickets/${name}${path}`, { body }),
          ),
        );

        expect(new Set(answers.map(({ status, text: said }) => `${status} ${said}`)).size, `${method} ${path}`).toBe(1);
        expect(codeOf(answers[0]!)).toEqual([404, 'NOT_FOUND']);
      }
    });

    it('merges edits, and tells of a lost race with both values', async () => {
      const ticket = await aTicket(world);
      const edit = (body: object) => ask('PATCH', `/api/tickets/${ticket.key}`, { body });
      await edit({ title: 'First' });

      const merged = await edit({ priority: 'HIGH', expectedVersion: ticket.version });
      const lost = await edit({ title: 'Second', expectedVersion: ticket.version });

      expect([merged.status, merged.body.title, merged.body.priority]).toEqual([200, 'First', 'HIGH']);
      expect(codeOf(lost)).toEqual([409, 'CONFLICT']);
      expect(JSON.stringify(lost.body.error.details)).toContain('First');
    });

    it('names the field of a patch as the body has it', async () => {
      const ticket = await aTicket(world);

      const wrong = await ask('PATCH', `/api/tickets/${ticket.key}`, { body: { title: '' } });
      const unknown = await ask('PATCH', `/api/tickets/${ticket.key}`, { body: { patch: { title: 'x' } } });
      const twice = await ask('PATCH', `/api/tickets/${ticket.key}`, { body: { ticketId: ticket.id } });

      expect(wrong.body.error.message).toMatch(/^title: /);
      expect(wrong.body.error.details.issues[0].path).toBe('title');
      expect([codeOf(unknown), unknown.body.error.message]).toEqual([[400, 'BAD_INPUT'], 'Unrecognized key: "patch"']);
      expect(codeOf(twice)).toEqual([400, 'BAD_INPUT']);
    });

    it('is deleted with a reason in the query, and not in a body', async () => {
      const [kept, gone] = [await aTicket(world), await aTicket(world)];
      const by = (await signIn(app, world.lead)).accessToken;

      const refused = await ask('DELETE', `/api/tickets/${kept.key}`, { token: by, body: { reason: 'A reason' } });
      const deleted = await ask('DELETE', `/api/tickets/${gone.key}?reason=Too%20old`, { token: by });
      const restored = await ask('POST', `/api/tickets/${gone.key}/restore`, { token: by });

      expect(codeOf(refused)).toEqual([400, 'BAD_INPUT']);
      expect([deleted.status, deleted.body.deleteReason]).toEqual([200, 'Too old']);
      expect([restored.status, restored.body.deletedAt]).toEqual([200, null]);
    });
  });

  describe('of what is made', () => {
    it('answers 201 and where it is, and there it is', async () => {
      const body = { projectId: world.project.id, title: 'Made' };
      const made = await ask('POST', '/api/tickets', { body });
      const { location = '' } = made.headers;

      expect([made.status, location]).toEqual([201, `/api/tickets/${made.body.key}`]);
      expect((await ask('GET', location)).body.id).toBe(made.body.id);
    });

    it('is made once under one Idempotency-Key, by /trpc too', async () => {
      const headers = { 'idempotency-key': 'once-and-no-more' };
      const body = { projectId: world.project.id, title: 'Once' };

      const [first, again] = [
        await ask('POST', '/api/tickets', { body, headers }),
        await ask('POST', '/api/tickets', { body, headers }),
      ];
      const byTrpc = await ask('POST', '/trpc/tickets.create', {
        body: { ...body, idempotencyKey: headers['idempotency-key'] },
      });
      const other = await ask('POST', '/api/tickets', { body: { ...body, title: 'Other' }, headers });
      const inBody = await ask('POST', '/api/tickets', { body: { ...body, idempotencyKey: 'elsewhere' } });

      expect([again.status, again.text]).toEqual([201, first.text]);
      expect(byTrpc.body.result.data).toEqual(first.body);
      expect(codeOf(other)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      expect(codeOf(inBody)).toEqual([400, 'BAD_INPUT']);
      expect(
        codeOf(await ask('POST', '/api/tickets', { body, headers: { 'idempotency-key': 'x'.repeat(256) } })),
      ).toEqual([400, 'BAD_INPUT']);
    });

    it('is gone through: who holds a ticket, and who held it', async () => {
      const ticket = await aTicket(world);
      const assigned = await ask('POST', '/api/assignments', {
        body: { ticketId: ticket.id, assigneeId: world.ann.userId },
      });
      const { id } = assigned.body;
      const handed = await ask('PUT', `/api/assignments/${id}/reassign`, { body: { newAssigneeId: world.bob.userId } });
      const ended = await ask('DELETE', `/api/assignments/${handed.body.id}?reason=Done`);
      const history = await ask('GET', `/api/assignments/${id}/history`);
      const ofTicket = await ask('GET', `/api/tickets/${ticket.key}/assignments/history`);

      expect([assigned.status, assigned.headers['location']]).toEqual([201, `/api/assignments/${id}`]);
      expect([handed.status, ended.status]).toEqual([200, 200]);
      expect([history.status, history.body.items.length > 0]).toEqual([200, true]);
      expect(ofTicket.body.items.map(({ action }: any) => action)).toContain('REMOVED');
    });
  });

  describe('of an address', () => {
    it('where nothing is answers 404 in JSON', async () => {
      const paths = [
        '/api',
        '/api/',
        '/api/nothing',
        '/api/tickets/',
        '/api/tickets/a/b/c/d',
        '/api//tickets',
        '/api/tickets/%ff',
      ];
      const answers = await Promise.all(paths.map((path) => ask('GET', path)));

      expect(answers.map(codeOf)).toEqual(paths.map(() => [404, 'NOT_FOUND']));
      expect(codeOf(await ask('OPTIONS', '/api/nothing'))).toEqual([404, 'NOT_FOUND']);
    });

    it('by a method that it has not answers 405 with those that it has', async () => {
      const methods = ['PUT', 'TRACE', 'PROPFIND'];
      const answers = await Promise.all(methods.map((method) => ask(method, '/api/tickets')));

      expect(answers.map(codeOf)).toEqual(methods.map(() => [405, 'BAD_INPUT']));
      expect(answers.map(({ headers }) => headers.allow)).toEqual(methods.map(() => 'GET, POST, HEAD, OPTIONS'));
    });

    it('answers HEAD as GET but for the body, and OPTIONS with what it takes', async () => {
      const [get, head] = [await ask('GET', '/api/auth/me'), await ask('HEAD', '/api/auth/me')];
      const options = await ask('OPTIONS', '/api/tickets/SUP-1', { token: null });

      expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', get.headers['content-type']]);
      expect([options.status, options.headers.allow]).toEqual([204, 'GET, PATCH, DELETE, HEAD, OPTIONS']);
    });
  });

  describe('of a caller', () => {
    it('wants a token, of a person or an API key', async () => {
      const { actor } = await signIn(app, world.ann);
      const { key } = await createApiKey(app.deps, actor, { name: 'reads', scopes: ['read'] });
      const body = { projectId: world.project.id, title: 'By a key' };

      const nobody = await ask('GET', '/api/auth/me', { token: null });

      expect([codeOf(nobody), nobody.headers['www-authenticate']]).toEqual([[401, 'UNAUTHENTICATED'], 'Bearer']);
      expect(codeOf(await ask('GET', '/api/auth/me', { token: 'nonsense' }))).toEqual([401, 'UNAUTHENTICATED']);
      expect((await ask('GET', '/api/auth/me', { token: key })).body.user.id).toBe(world.ann.userId);
      expect(codeOf(await ask('POST', '/api/tickets', { token: key, body }))).toEqual([403, 'FORBIDDEN']);
      expect(codeOf(await ask('GET', '/api/auth/me?connectionParams=%7B%7D'))).toEqual([400, 'BAD_INPUT']);
    });

    it('that is a page of another origin is refused, and one that is listed is told what it may', async () => {
      const listed = 'https://board.example.com';
      const body = { projectId: world.project.id, title: 'By a page' };

      const evil = await ask('POST', '/api/tickets', { body, headers: { origin: 'https://evil.example.com' } });
      const preflight = await ask('OPTIONS', '/api/tickets', { token: null, headers: { origin: listed } });
      const call = await ask('POST', '/api/tickets', { body, headers: { origin: listed } });

      expect([codeOf(evil), evil.headers['access-control-allow-origin']]).toEqual([[403, 'FORBIDDEN'], undefined]);
      expect(preflight.headers).toMatchObject({
        'access-control-allow-origin': listed,
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': expect.stringContaining('idempotency-key'),
      });
      expect([call.status, call.headers['access-control-allow-origin']]).toEqual([201, listed]);
    });
  });

  describe('of a body', () => {
    const wrong: readonly (readonly [string, Sent, number])[] = [
      ['no JSON', { body: '{' }, 400],
      ['no object', { body: '[]' }, 400],
      ['null', { body: 'null' }, 400],
      ['nested too deep', { body: `${'{"a":'.repeat(33)}1${'}'.repeat(33)}` }, 400],
      ['nested very deep', { body: `${'['.repeat(200_000)}${']'.repeat(200_000)}` }, 400],
      ['a form of a page', { body: 'title=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
      ['a plain text of a page', { body: '{"title":"x"}', headers: { 'content-type': 'text/plain' } }, 415],
      ['zipped', { body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } }, 415],
    ];

    it.each(wrong)('refuses what is %s', async (_, sent, status) => {
      expect(codeOf(await ask('POST', '/api/tickets', sent))).toEqual([status, 'BAD_INPUT']);
    });

    it('takes no query parameters beside it, and a body that is left out as an empty one', async () => {
      const ticket = await aTicket(world);

      expect(codeOf(await ask('POST', '/api/tickets?title=x', { body: {} }))).toEqual([400, 'BAD_INPUT']);
      expect((await ask('POST', `/api/tickets/${ticket.key}/claim`)).status).toBe(200);
    });

    it('above 1 MiB is refused, announced or not', async () => {
      const big = Buffer.alloc(1024 * 1024 + 1, 'x');
      const announced = await ask('POST', '/api/tickets', { body: big }).catch(String);
      const chunked = await ask('POST', '/api/tickets', {
        body: big,
        headers: { 'transfer-encoding': 'chunked' },
      }).catch(String);

      for (const answer of [announced, chunked]) {
        // The server may answer and close before all was sent, which cuts the sender off.
        if (typeof answer === 'string') expect(answer).toMatch(/EPIPE|ECONNRESET|hang up/);
        else expect(codeOf(answer)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
      }
      expect([announced, chunked].some((answer) => typeof answer !== 'string')).toBe(true);
      expect(await isAlive(app.http)).toBe(true);
    });

    it('that breaks off changes nothing and harms nobody', async () => {
      const sent = request(`${app.http}/api/tickets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': 1_000 },
      });
      sent.on('error', () => undefined);
      sent.write('{"title":');
      await new Promise((resolve) => setTimeout(resolve, 50));
      sent.destroy();

      expect((await ask('GET', '/api/auth/me')).status).toBe(200);
    });
  });

  it('counts calls as those of /trpc, and tells nothing of the inside', async () => {
    await app.db.sequelize.query('ALTER TABLE skills RENAME TO skills_gone');
    const broken = await ask('GET', '/api/skills');
    await app.db.sequelize.query('ALTER TABLE skills_gone RENAME TO skills');
    const metrics = await ask('GET', '/metrics');

    expect(codeOf(broken)).toEqual([500, 'INTERNAL']);
    expect(broken.text).not.toMatch(/skills_gone|SELECT|SQLITE|no such table|node_modules|stack/);
    expect(metrics.text).toMatch(/baton_calls_total\{type="query",path="auth.me",outcome="OK"\} \d+/);
    expect(metrics.text).toMatch(/baton_http_requests_total\{route="\/api",status="200"\} \d+/);
  });
});
