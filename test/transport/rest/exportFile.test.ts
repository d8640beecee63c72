import { request } from 'node:http';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { aCustomer, anAgent, aProject, join, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { rows, type TicketWorld } from '../../support/ticketWorld.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { anApp, type LiveApp } from '../anApp.js';

/** More than a page of the procedure, and of what a socket takes at once. */
const MANY = 450;
const long = 'words '.repeat(3_000);

describeEachDialect('an export as a file', (dialect) => {
  let app: LiveApp;
  let projectId: string;
  let people: Pick<TicketWorld, 'ann' | 'customer'>;
  beforeAll(async () => {
    app = await anApp(dialect);
    people = { ann: await anAgent(app, 'Ann Agent'), customer: await aCustomer(app, 'Kim Customer') };
    const { ann, customer } = people;
    ({ id: projectId } = await aProject(app, { lead: ann, customers: [customer] }));
    const make = (title: string, reporterId: string) =>
      createTicket(app.deps, ann, CreateTicketInput.parse({ projectId, title, reporterId, description: long }));
    await make('=HYPERLINK("x")', customer.userId);
    for (let nth = 1; nth < MANY; nth++) await make(`Ticket ${nth}`, ann.userId);
  }, 120_000);
  afterAll(() => app.close());

  const tokenOf = async (person: TicketWorld['ann']) => (await signIn(app, person)).accessToken;
  const get = async (path: string, token: string | null, init: RequestInit = {}) =>
    fetch(`${app.http}/api/tickets/${path}`, {
      ...init,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });

  it('is every page behind the other, to be saved and safe to open', async () => {
    const token = await tokenOf(people.ann);
    const csv = await get(`export.csv?projectId=${projectId}`, token);
    const lines = parse(await csv.text(), { columns: true }) as Record<string, string>[];
    const json = await get(`export.json?projectId=${projectId}`, token);
    const objects = (await json.json()) as { key: string; title: string }[];

    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename=tickets.csv');
    expect(json.headers.get('content-disposition')).toBe('attachment; filename=tickets.json');
    expect(new Set(lines.map(({ key }) => key)).size).toBe(MANY);
    expect(objects.map(({ key }) => key)).toEqual(lines.map(({ key }) => key));
    expect(lines.find(({ key }) => key === objects.at(-1)?.key)?.['title']).toBe(`'=HYPERLINK("x")`);
    expect(objects.at(-1)?.title).toBe('=HYPERLINK("x")');
  });

  it('holds what its caller sees, filtered as a list', async () => {
    const [staff, customer] = [await tokenOf(people.ann), await tokenOf(people.customer)];
    const titles = async (query: string, token: string) =>
      ((await (await get(`export.json?${query}`, token)).json()) as { title: string }[]).map(({ title }) => title);

    expect(await titles('', customer)).toEqual(['=HYPERLINK("x")']);
    expect(await titles('status=closed', staff)).toEqual([]);
    expect(await (await get('export.csv?status=CLOSED', staff)).text()).toMatch(/^key,type,title,[^\n]*\r\n$/);
    expect(await titles('text=7', staff)).toEqual(['Ticket 7']);
  });

  it('is refused like any call before it begins', async () => {
    const token = await tokenOf(people.ann);
    const code = async (path: string, by: string | null) => {
      const answer = await get(path, by);
      return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
    };

    expect(await code('export.csv', null)).toEqual([401, 'UNAUTHENTICATED']);
    expect(await code('export.csv?format=json', token)).toEqual([400, 'BAD_INPUT']);
    expect(await code('export.csv?limit=3', token)).toEqual([400, 'BAD_INPUT']);
    expect(await code('export.csv?projectId=01900000-0000-7000-8000-000000000000', token)).toEqual([404, 'NOT_FOUND']);
    expect((await get('export.csv', token, { method: 'HEAD' })).headers.get('content-type')).toMatch('text/csv');
    expect((await get('export.csv', token, { method: 'POST' })).status).toBe(405);
  });

  it('is cut off when access ends on the way, and asks for no page that nobody takes', async () => {
    const dan = await anAgent(app, 'Dan Agent');
    await join(app, { id: projectId }, dan, 'MEMBER');
    const token = await tokenOf(dan);
    const asked = { headers: { authorization: `Bearer ${token}` } };

    const outcome = await new Promise<string>((resolve, reject) => {
      const sent = request(`${app.http}/api/tickets/export.csv?projectId=${projectId}`, asked, (answer) => {
        answer.once('readable', () => {
          removeMember(app.deps, people.ann, { projectId, userId: dan.userId }).then(() => {
            answer.on('end', () => resolve('whole')).on('error', () => resolve('cut off'));
            answer.resume();
          }, reject);
        });
      });
      sent.on('error', reject).end();
    });

    expect(outcome).toBe('cut off');
    expect(await rows(app, 'SELECT id FROM project_members WHERE user_id = $1', dan.userId)).toEqual([]);
  });
});
