import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../contract/limits.js';
import { assignTicket } from '../../server/features/assignments/commands/assignTicket.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { updateComment } from '../../server/features/comments/commands/updateComment.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../server/features/tickets/commands/updateTicket.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { until } from '../realtime/liveWorld.js';
import { aCustomer, anAgent, aProject, signIn } from '../support/people.js';
import { parsed } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

let app: LiveApp;
let ann: Person;
let kim: Person;
let ole: Person;
let project: { id: string };
beforeAll(async () => {
  app = await anApp('sqlite');
  [ann, kim, ole] = [await anAgent(app, 'Ann'), await aCustomer(app, 'Kim'), await aCustomer(app, 'Ole')];
  project = await aProject(app, { members: [ann], customers: [kim, ole] });
});
afterAll(() => app.close());

const open = async (person: Person) => Wire.open(app.ws, (await signIn(app, person)).accessToken);
const aTicket = (title: string, actor: Person) =>
  createTicket(app.deps, actor, parsed(CreateTicketInput, { projectId: project.id, title }));
const rename = (ticketId: string, title: string) => updateTicket(app.deps, ann, { ticketId, patch: { title } });

describe('live.ticket', () => {
  it('sends the events of that ticket only, and its cursor passes those of others', async () => {
    const [one, other] = [await aTicket('One', ann), await aTicket('Other', ann)];
    const wire = await open(ann);
    const stream = wire.begin('subscription', 'live.ticket', { ticketId: one.id, presence: false });
    await until(() => wire.itemsOf(stream).length === 1);

    await rename(other.id, 'Other, renamed');
    const { seq } = await rename(one.id, 'One, renamed');
    await until(() => wire.itemsOf(stream).length === 2);
    const cursor = wire.frames.at(-1)?.result?.id;
    const resumed = wire.begin('subscription', 'live.ticket', { ticketId: one.id, presence: false }, cursor);
    await until(() => wire.itemsOf(resumed).length === 1);
    wire.close();

    expect(wire.itemsOf(stream)[1]).toMatchObject({ type: 'ticket.updated', seq, ticketId: one.id });
    expect(wire.itemsOf(resumed)).toEqual([{ kind: 'ready', seq }]);
  });

  it('is told to reload by whatever is no cursor of it, be it as long as one of a query over all projects', async () => {
    const { id: ticketId } = await aTicket('Long', ann);
    const wire = await open(ann);

    const stream = wire.begin('subscription', 'live.ticket', { ticketId, presence: false }, 'x'.repeat(5_000));
    await until(() => wire.itemsOf(stream).length === 2);
    wire.close();

    expect(wire.itemsOf(stream)).toMatchObject([{ kind: 'resync', reason: 'UNKNOWN_CURSOR' }, { kind: 'ready' }]);
  });

  it('asks a socket of many streams once for each that something is taken from, and keeps no more listeners for it', async () => {
    const { id: ticketId } = await aTicket('Followed often', kim);
    const said = { ticketId, content: 'A slip', visibility: 'PUBLIC' } as const;
    const { id: commentId } = await createComment(app.deps, ann, said);
    const wire = await open(kim);
    const streams = Array.from({ length: 12 }, () =>
      wire.begin('subscription', 'live.ticket', { ticketId, presence: false }),
    );
    const reached = (items: number) => until(() => streams.every((stream) => wire.itemsOf(stream).length === items));
    await reached(1);
    const warnings: string[] = [];
    const hear = ({ name }: Error) => void warnings.push(name);
    process.on('warning', hear);

    await updateComment(app.deps, ann, { commentId, patch: { visibility: 'INTERNAL' } });
    await reached(2);
    await sleep(limits.catchUpMs + 100);
    await rename(ticketId, 'Still followed');
    await reached(3);
    process.off('warning', hear);
    wire.close();

    expect(warnings).toEqual([]);
  });

  it('is for the customer who reported it, and to the others the ticket does not exist', async () => {
    const { id: ticketId } = await aTicket('Reported by Kim', kim);
    const [mine, others] = [await open(kim), await open(ole)];

    const stream = mine.begin('subscription', 'live.ticket', { ticketId });
    await until(() => mine.itemsOf(stream).length === 1);
    const foreign = await others.call('subscription', 'live.ticket', { ticketId });
    const missing = await others.call('subscription', 'live.ticket', {
      ticketId: '0198f0a0-0000-7000-8000-000000000000',
    });
    mine.close();
    others.close();

    expect(foreign.error).toEqual(missing.error);
    expect(foreign.error?.data.app.code).toBe('NOT_FOUND');
  });
});

describe('live.project', () => {
  it('does not exist for people outside, as if it were missing', async () => {
    const elsewhere = await aProject(app);
    const wire = await open(ann);

    const foreign = await wire.call('subscription', 'live.project', { projectId: elsewhere.id });
    const missing = await wire.call('subscription', 'live.project', {
      projectId: '0198f0a0-0000-7000-8000-000000000000',
    });
    const strange = await wire.call('subscription', 'live.project', { projectId: project.id, all: true });
    wire.close();

    expect(foreign.error).toEqual(missing.error);
    expect(foreign.error?.data.app.code).toBe('NOT_FOUND');
    expect(strange.error?.data.app.code).toBe('BAD_INPUT');
  });
});

describe('an event that is pushed past the adapter', () => {
  it('is, but for its numbers, byte for byte what the adapter sends', async () => {
    const { id: projectId } = await aProject(app);
    const wire = await Wire.open(app.ws, (await signIn(app, app.admin)).accessToken);
    const texts: string[] = [];
    wire.ws.on('message', (data, isBinary) => texts.push(`${isBinary}${(data as Buffer).toString()}`));
    const pushedTo = wire.begin('subscription', 'live.project', { projectId });
    await until(() => wire.itemsOf(pushedTo).length === 1);
    const start = wire.frames.at(-1)?.result?.id;

    for (const title of ['Short', 'ü '.repeat(200), 'x'.repeat(500)])
      await createTicket(
        app.deps,
        app.admin,
        parsed(CreateTicketInput, { projectId, title, description: 'y'.repeat(title.length * 39) }),
      );
    await until(() => wire.itemsOf(pushedTo).length === 4);
    const replayed = wire.begin('subscription', 'live.project', { projectId }, start);
    await until(() => wire.itemsOf(replayed).length === 4);
    const { body } = await fetch(`${app.http}/metrics`).then(async (response) => ({ body: await response.text() }));
    wire.close();

    const of = (id: number) =>
      texts.filter((text) => text.startsWith(`false{"id":${id},"result":{"type":"data"`) && text.includes('"event"'));
    expect(of(pushedTo)).toHaveLength(3);
    expect(of(replayed)).toEqual(of(pushedTo).map((text) => text.replace(`"id":${pushedTo}`, `"id":${replayed}`)));
    expect(body).toMatch(/baton_events_delivered_total\{way="group"\} [1-9]/);
  });

  it('names the request as a client does that says jsonrpc and counts in words', async () => {
    const { id: projectId } = await aProject(app);
    const wire = await Wire.open(app.ws, (await signIn(app, app.admin)).accessToken);
    const texts: string[] = [];
    wire.ws.on('message', (data) => texts.push((data as Buffer).toString()));

    wire.send({
      id: 'se"ven',
      jsonrpc: '2.0',
      method: 'subscription',
      params: { path: 'live.project', input: { projectId } },
    });
    await until(() => texts.length === 2);
    await createTicket(app.deps, app.admin, parsed(CreateTicketInput, { projectId, title: 'Pushed' }));
    await until(() => texts.length === 3);
    wire.close();

    expect(texts.every((text) => text.startsWith('{"id":"se\\"ven","jsonrpc":"2.0","result":{'))).toBe(true);
  });
});

describe('live.me', () => {
  it('tells what was assigned to me, and keeps quiet about projects that I left', async () => {
    const ben = await anAgent(app, 'Ben');
    const { id: projectId } = await aProject(app, { members: [ben] });
    const ticket = await createTicket(
      app.deps,
      app.admin,
      parsed(CreateTicketInput, { projectId, title: 'Secret plan' }),
    );
    const wire = await open(ben);
    const stream = wire.begin('subscription', 'live.me');
    await until(() => wire.itemsOf(stream).length === 1);
    const { id: start } = wire.frames.at(-1)!.result!;

    await assignTicket(app.deps, app.admin, { ticketId: ticket.id, assigneeId: ben.userId });
    await until(() => wire.itemsOf(stream).some(({ type }) => type === 'notification.added'));
    await removeMember(app.deps, app.admin, { projectId, userId: ben.userId });
    await until(() => wire.itemsOf(stream).some(({ type }) => type === 'member.removed'));
    const replay = wire.begin('subscription', 'live.me', undefined, start);
    await until(() => wire.itemsOf(replay).at(-1)?.kind === 'ready');
    wire.close();

    expect(wire.itemsOf(stream)[1]).toMatchObject({
      type: 'ticket.assigned',
      payload: { ticket: { title: 'Secret plan' } },
    });
    expect(JSON.stringify(wire.itemsOf(replay))).not.toContain('Secret plan');
    expect(wire.itemsOf(replay).some(({ type }) => type === 'member.removed')).toBe(true);
  });

  it('is closed to who must first choose a new password', async () => {
    const zoe = await anAgent(app, 'Zoe');
    await app.db.sequelize.query(`UPDATE users SET must_change_password = 1 WHERE id = '${zoe.userId}'`);
    const wire = await open(zoe);

    const { error } = await wire.call('subscription', 'live.me');
    wire.close();

    expect(error?.data.app.code).toBe('PASSWORD_CHANGE_REQUIRED');
  });
});
