import { createHash } from 'node:crypto';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AppRouter } from '../../server/rpc/appRouter.js';
import { everyProcedure } from '../access/everyProcedure.js';
import { aDelivery } from '../support/deliveries.js';
import { aProject, anAgent, signIn } from '../support/people.js';
import { aProposal } from '../support/proposals.js';
import { describeEachDialect } from '../support/services.js';
import { differing } from '../support/validations.js';
import type { Person } from '../support/world.js';
import { anApp, type LiveApp } from '../transport/anApp.js';
import { acting } from './rules/ruleWorld.js';
import { examplesOf, asIssue, tell } from './webhooks/github.js';

type Sort = { readonly by: string; readonly dir: 'asc' | 'desc' };
type Item = Readonly<Record<string, unknown>>;
interface Page {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** The fields of an input as its schema has them, behind checks and defaults of the whole. */
function shapeOf(schema: z.ZodType | null): Readonly<Record<string, z.ZodType>> {
  const { shape, innerType } = (schema?._zod.def ?? {}) as { shape?: Record<string, z.ZodType>; innerType?: z.ZodType };
  return shape ?? (innerType ? shapeOf(innerType) : {});
}
const lists = [...everyProcedure.values()]
  .filter(({ type, input }) => type === 'query' && 'cursor' in shapeOf(input) && 'limit' in shapeOf(input))
  .map(({ path, input }) => ({ path, sort: shapeOf(input)['sort'] }));
/** What is found goes by how well it fits. */
const ranked = ['tickets.search', 'search.find'];
/** Whose cursor is a place from which one may go either way. */
const bothWays = ['tickets.list', 'tasks.list'];

describe('a list', () => {
  it('can be asked for in an order, but where what is found is ranked', () => {
    expect(lists.filter(({ sort }) => !sort).map(({ path }) => path)).toEqual(ranked);
    expect(lists.length).toBeGreaterThan(35);
  });
});

/** What a sort may name, and what is taken without one. */
function ordersOf(sort: z.ZodType): { readonly bys: readonly string[]; readonly usual: Sort } {
  const schema = z.toJSONSchema(sort, { io: 'input' }) as unknown as {
    properties: { by: { enum: string[] } };
    default: Sort;
  };
  return { bys: schema.properties.by.enum, usual: schema.default };
}
const sorted = lists.filter(({ path }) => !ranked.includes(path));
const orders = sorted.flatMap(({ path, sort }) => ordersOf(sort!).bys.map((by) => [path, by] as const));
const three = [1, 2, 3];
const inTurn = async (make: (nth: number) => Promise<unknown>): Promise<void> => {
  for (const nth of three) await make(nth);
};
const valueOf = (item: Item, by: string): unknown => {
  const value = item[by];
  return typeof value === 'string' ? value.toLowerCase() : value;
};

describeEachDialect('a list of each kind', (dialect) => {
  let app: LiveApp;
  let token: string;
  let inputs: Readonly<Record<string, object>>;
  beforeAll(async () => {
    app = await anApp(dialect, {}, { consumers: [], webhooks: { atOnce: 0 } });
    const admin = await apiOf(app, app.admin);
    token = admin.token;
    await acting(app.deps);
    inputs = await filled(app, admin.api);
  });
  afterAll(() => app.close());

  async function page(path: string, more: object): Promise<Page> {
    const input = JSON.stringify({ ...inputs[path], ...more });
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${app.http}/trpc/${path}?input=${encodeURIComponent(input)}`, { headers });
    const body = (await response.json()) as { result?: { data: Page }; error?: { data: { app: { code: string } } } };
    if (!body.result) throw new Error(body.error?.data.app.code);
    return body.result.data;
  }
  async function pages(path: string, more: object): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { items: found, nextCursor } = await page(path, { limit: 2, cursor, ...more });
      items.push(...found);
      cursor = nextCursor;
    }
    return items;
  }

  it.each(orders)('%s goes by %s up and down, whole and page by page', async (path, by) => {
    const [up, down] = await Promise.all(
      (['asc', 'desc'] as const).map((dir) => pages(path, { sort: { by, dir } satisfies Sort })),
    );
    expect(up!.length).toBeGreaterThanOrEqual(three.length);
    expect(new Set(up!.map((item) => JSON.stringify(item))).size).toBe(up!.length);
    expect(down).toEqual(up!.toReversed());
    expect((await page(path, { sort: { by, dir: 'asc' }, limit: 200 })).items).toEqual(up);
    const values = up!.map((item) => valueOf(item, by));
    if (typeof values[0] === 'number' || /^\d{4}-/.test(String(values[0])))
      expect(values).toEqual(values.toSorted((a, b) => (a! < b! ? -1 : a! > b! ? 1 : 0)));
  });

  it.each(sorted.map(({ path, sort }) => [path, sort!] as const))(
    '%s goes as its description says when it is not told, and takes no cursor of another order',
    async (path, sort) => {
      const { by, dir } = ordersOf(sort).usual;
      const usual = await page(path, { limit: 2 });
      expect(usual).toEqual(await page(path, { limit: 2, sort: { by, dir } }));
      if (bothWays.includes(path)) return;
      const other = { by, dir: dir === 'asc' ? 'desc' : 'asc' };
      await expect(page(path, { cursor: usual.nextCursor, sort: other })).rejects.toThrow('BAD_INPUT');
    },
  );
});

type Api = TRPCClient<AppRouter>;

async function apiOf(app: LiveApp, person: Person): Promise<{ readonly api: Api; readonly token: string }> {
  const { accessToken: token } = await signIn(app, person);
  const link = httpLink({ url: `${app.http}/trpc`, headers: { authorization: `Bearer ${token}` } });
  return { api: createTRPCClient<AppRouter>({ links: [link] }), token };
}

/** At least three of everything that is listed, and what the lists are asked for with. */
async function filled(app: LiveApp, api: Api): Promise<Readonly<Record<string, object>>> {
  const people = [await anAgent(app, 'Zoe'), await anAgent(app, 'ann'), await anAgent(app, 'Élise')] as const;
  const { id: projectId } = await aProject(app, { lead: app.admin, members: people });
  await inTurn(() => aProject(app, { lead: app.admin }));
  await inTurn((nth) => api.departments.create.mutate({ name: `Department ${nth}` }));
  await inTurn((nth) => api.skills.create.mutate({ name: `Skill ${nth}` }));
  await inTurn(() => signIn(app, app.admin));
  await inTurn((nth) => api.auth.apiKeys.create.mutate({ name: `Key ${nth}` }));
  const inProject = ['projects.members.list', 'tickets.list', 'tasks.list', 'tags.list', 'views.list', 'rules.list']
    .concat(['rules.runs', 'assignments.runs.list', 'assignments.proposals.list', 'conversations.list'])
    .concat(['webhooks.list', 'webhooks.incoming.list', 'projects.fields.list', 'sla.list']);
  return {
    ...Object.fromEntries(inProject.map((path) => [path, { projectId }])),
    ...(await filledTickets(app, api, projectId, people)),
    ...(await filledTalk(api, projectId, people)),
    ...(await filledSettings(app, api, projectId)),
    ...(await filledValidations(api, projectId)),
  };
}

async function filledTickets(app: LiveApp, api: Api, projectId: string, people: readonly Person[]) {
  const [holder, other] = people.map(({ userId }) => userId) as [string, string];
  const trigger = { kind: 'EVENT' as const, types: ['ticket.created' as const] };
  const actions = [{ kind: 'TAG' as const, tags: ['ruled'] }];
  await inTurn((nth) => api.rules.create.mutate({ projectId, name: `Rule ${nth}`, trigger, actions }));
  const { id: ticketId } = await api.tickets.create.mutate({ projectId, title: 'Much changed' });
  let { id: assignmentId } = await api.assignments.assign.mutate({ ticketId, assigneeId: holder });
  await inTurn(async (nth) => {
    const made = await api.tickets.create.mutate({ projectId, title: `Ticket ${nth}` });
    await api.assignments.assign.mutate({ ticketId: made.id, assigneeId: holder });
    const task = await api.tasks.create.mutate({ projectId, title: `Task ${nth}`, estimatedHours: nth });
    await aProposal(app, projectId, task.id, other);
    await api.tickets.update.mutate({ ticketId, patch: { storyPoints: nth } });
    const newAssigneeId = nth % 2 === 0 ? holder : other;
    ({ id: assignmentId } = await api.assignments.reassign.mutate({ assignmentId, newAssigneeId }));
    await api.tickets.tag.mutate({ ticketId, tags: [`Tag ${nth}`] });
    await api.views.create.mutate({
      projectId,
      name: `View ${nth}`,
      filter: {},
      sort: { by: 'createdAt', dir: 'asc' },
    });
    await attach(app, api, ticketId, `Bytes ${nth}`);
  });
  for (const person of people) {
    const own = (await apiOf(app, person)).api;
    await own.tickets.watch.mutate({ ticketId });
    await own.comments.create.mutate({ ticketId, content: `Look, @[Ada](${app.admin.userId})` });
  }
  await acting(app.deps);
  const ofTicket = ['assignments.history', 'comments.list', 'attachments.list', 'tickets.history', 'tickets.timeline'];
  return Object.fromEntries([...ofTicket, 'tickets.watchers'].map((path) => [path, { ticketId }]));
}

async function attach(app: LiveApp, api: Api, ticketId: string, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { uploadUrl } = await api.attachments.create.mutate({ ticketId, filename: text, size: bytes.length, sha256 });
  const { status } = await fetch(new URL(uploadUrl, app.http), { method: 'PUT', body: bytes });
  expect(status).toBe(201);
}

async function filledTalk(api: Api, projectId: string, people: readonly Person[]) {
  const memberIds = people.map(({ userId }) => userId);
  const channels: string[] = [];
  await inTurn(async (nth) => {
    const draft = { kind: 'CHANNEL', projectId, name: `Channel ${nth}`, isPrivate: true, memberIds } as const;
    channels.push((await api.conversations.create.mutate(draft)).id);
  });
  const [conversationId = ''] = channels;
  const { id: messageId } = await api.messages.post.mutate({ conversationId, content: 'First' });
  await inTurn((nth) => api.messages.post.mutate({ conversationId, content: `Answer ${nth}`, parentId: messageId }));
  const inside = { conversationId };
  return { 'conversations.members.list': inside, 'messages.list': inside, 'messages.thread': { messageId } };
}

async function filledSettings(app: LiveApp, api: Api, projectId: string) {
  const webhooks: string[] = [];
  let incoming = { id: '', secret: '', path: '' };
  await inTurn(async (nth) => {
    await api.projects.fields.create.mutate({ projectId, key: `field${nth}`, label: `Field ${nth}`, kind: 'TEXT' });
    const calendar = { timeZone: 'UTC' };
    await api.sla.create.mutate({ projectId, name: `Promise ${nth}`, resolveMinutes: 60 * nth, calendar });
    webhooks.push((await api.webhooks.create.mutate({ projectId, url: `https://example.com/${nth}` })).id);
    incoming = await api.webhooks.incoming.create.mutate({ projectId, name: `From ${nth}` });
  });
  const [webhookId = ''] = webhooks;
  await inTurn(() => aDelivery(app, webhookId));
  const opened = examplesOf('issues').find(({ action }) => action === 'opened')!;
  await inTurn((nth) => tell(new URL(incoming.path, app.http).href, incoming.secret, 'issues', asIssue(opened, nth)));
  return { 'webhooks.deliveries': { webhookId }, 'webhooks.incoming.deliveries': { incomingId: incoming.id } };
}

async function filledValidations(api: Api, projectId: string) {
  const today = new Date().toISOString().slice(0, 10);
  let sessionId = '';
  await inTurn(async (nth) => {
    const compared = { sourceTechnology: `Old ${nth}`, targetTechnology: 'Baton' };
    ({ id: sessionId } = await api.validations.sessions.create.mutate({ name: `Run ${nth}`, projectId, ...compared }));
  });
  await inTurn(async (nth) => {
    const result = { sessionId, kind: 'DATA' as const, compared: nth, matched: nth };
    await api.validations.results.add.mutate(result);
    await api.validations.discrepancies.add.mutate({ sessionId, discrepancies: [differing(`path ${nth}`)] });
    const scenario = { scenario: `Scenario ${nth}`, expected: 1, actual: 1, passed: true };
    await api.validations.behavioralTests.add.mutate({ sessionId, tests: [scenario] });
    await api.validations.sessions.appendLog.mutate({ sessionId, lines: [{ level: 'INFO', message: `Line ${nth}` }] });
  });
  const ofSession = ['validations.sessions.logs', 'validations.results.list', 'validations.discrepancies.list'];
  return {
    ...Object.fromEntries([...ofSession, 'validations.behavioralTests.list'].map((path) => [path, { sessionId }])),
    'validations.metrics': { projectId, from: today, to: today },
  };
}
