import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { digestOf } from '../../server/db/digest.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { aProject, signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { parsed } from '../support/ticketWorld.js';
import { anApp, type LiveApp } from './anApp.js';

/** Windows-1252, a sequence cut short, one that is longer than it need be, half of a surrogate pair. */
const notUtf8 = ['é', 'â\x82', 'À¯', 'í\xA0\x80'];

interface Sent {
  readonly path: string;
  readonly isChunked?: boolean;
  readonly method?: string;
}

describeEachDialect('a body that is no UTF-8', (dialect) => {
  let app: LiveApp;
  let token: string;
  let projectId: string;
  let ticketId: string;
  beforeAll(async () => {
    app = await anApp(dialect);
    token = (await signIn(app, app.admin)).accessToken;
    projectId = (await aProject(app)).id;
    const draft = parsed(CreateTicketInput, { projectId, title: 'As it was' });
    ticketId = (await createTicket(app.deps, app.admin, draft)).id;
  });
  afterAll(() => app.close());

  /** Each sign of the text is sent as one byte. */
  async function send(text: string, { path, method = 'POST', isChunked = false }: Sent) {
    const bytes = Buffer.from(text, 'latin1');
    const response = await fetch(`${app.http}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: isChunked ? new Blob([bytes]).stream() : bytes,
      ...(isChunked && { duplex: 'half' }),
    });
    return { status: response.status, body: await response.json() };
  }
  const message = 'The body is not valid UTF-8.';

  it.each(notUtf8)('is refused by /trpc and by REST, and nothing is written: %j', async (title) => {
    const before = await digestOf(app.db.sequelize);
    const text = JSON.stringify({ projectId, title });

    const call = await send(text, { path: '/trpc/tickets.create' });
    const chunked = await send(text, { path: '/trpc/tickets.create', isChunked: true });
    const spelt = await send(text, { path: '/trpc/tickets%2Ecreate' });
    const rest = await send(text, { path: '/api/tickets' });
    const patched = await send(JSON.stringify({ title }), { path: `/api/tickets/${ticketId}`, method: 'PATCH' });

    for (const { status, body } of [call, chunked, spelt]) {
      expect([status, body.error.data.httpStatus]).toEqual([400, 400]);
      expect(body.error.data.app).toEqual({ code: 'BAD_INPUT', message, details: {} });
    }
    for (const { status, body } of [rest, patched])
      expect([status, body]).toEqual([400, { error: { code: 'BAD_INPUT', message, details: {} } }]);
    expect(await digestOf(app.db.sequelize)).toEqual(before);
  });

  it('is refused for each call of a batch', async () => {
    const before = await digestOf(app.db.sequelize);
    const text = JSON.stringify({ 0: { projectId, title: 'Good' }, 1: { projectId, title: 'é' } });

    const { status, body } = await send(text, { path: '/trpc/tickets.create,tickets.create?batch=1' });

    expect(status).toBe(400);
    const refused = { code: 'BAD_INPUT', message, details: {} };
    expect(body.map((one: any) => one.error.data.app)).toEqual([refused, refused]);
    expect(await digestOf(app.db.sequelize)).toEqual(before);
  });

  it('is not one in which U+FFFD was meant, or any other sign', async () => {
    const title = '� é 数据库 👩‍👧';
    const text = Buffer.from(JSON.stringify({ projectId, title })).toString('latin1');

    const whole = await send(text, { path: '/trpc/tickets.create' });
    const chunked = await send(text, { path: '/trpc/tickets.create', isChunked: true });
    const rest = await send(text, { path: '/api/tickets' });

    expect([whole, chunked].map(({ body }) => body.result.data.title)).toEqual([title, title]);
    expect([rest.status, rest.body.title]).toEqual([201, title]);
  });
});
