import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../server/features/tickets/commands/updateTicket.js';
import { until } from '../realtime/liveWorld.js';
import { aCustomer, anAgent, aProject, signIn } from '../support/people.js';
import { parsed } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

/** What is shown before it would be by itself: five seconds after somebody typed. */
const SOON_MS = 3_000;

let app: LiveApp;
let ann: Person;
let bob: Person;
let kim: Person;
let stranger: Person;
let project: { id: string };
let ticketId: string;
beforeAll(async () => {
  app = await anApp('sqlite');
  [ann, bob] = [await anAgent(app, 'Ann'), await anAgent(app, 'Bob')];
  [kim, stranger] = [await aCustomer(app, 'Kim'), await anAgent(app, 'Sam Stranger')];
  project = await aProject(app, { members: [ann, bob], customers: [kim] });
  ticketId = (await aTicket()).id;
});
afterAll(() => app.close());

const aTicket = () =>
  createTicket(app.deps, kim, parsed(CreateTicketInput, { projectId: project.id, title: 'Seen by many' }));
const open = async (person: Person) => Wire.open(app.ws, (await signIn(app, person)).accessToken);
const people = (wire: Wire, stream: number): string => {
  const last = wire.itemsOf(stream).findLast(({ kind }) => kind === 'presence');
  return (last?.people ?? []).map(({ name, typing }: any) => (typing ? `${name}…` : name)).join(' ');
};
const follow = (wire: Wire, input: object = {}) => wire.begin('subscription', 'live.ticket', { ticketId, ...input });

describe('live.ticket', () => {
  it('tells staff who has the ticket open, customers too; and to a customer nothing', async () => {
    const [a, b, k] = [await open(ann), await open(bob), await open(kim)];
    const [mine, theirs] = [follow(a), follow(k)];
    await until(() => people(a, mine) === 'Ann Kim' && k.itemsOf(theirs).length > 0);

    const other = follow(b);
    await until(() => people(a, mine) === 'Ann Bob Kim' && people(b, other) === 'Ann Bob Kim');
    b.close();
    await until(() => people(a, mine) === 'Ann Kim');

    expect(k.itemsOf(theirs).map(({ kind }) => kind)).toEqual(['ready']);
    for (const wire of [a, k]) wire.close();
  });

  it('sends presence under the cursor where the stream stands, so that resuming repeats and skips nothing', async () => {
    const [a, b] = [await open(ann), await open(bob)];
    const stream = follow(a);
    await until(() => people(a, stream) === 'Ann');
    const { seq } = await updateTicket(app.deps, bob, { ticketId, patch: { title: 'First' } });
    await until(() => a.itemsOf(stream).some((item) => item.seq === seq && item.kind === 'event'));

    const joined = follow(b);
    await until(() => people(a, stream) === 'Ann Bob');
    const frame = a.frames.findLast(({ result }) => result?.data?.data?.kind === 'presence');
    a.close();
    const second = await updateTicket(app.deps, bob, { ticketId, patch: { title: 'Second' } });
    const again = await open(ann);
    const resumed = again.begin('subscription', 'live.ticket', { ticketId }, frame?.result?.id);
    await until(() => again.itemsOf(resumed).some(({ kind }) => kind === 'presence'));

    expect(frame?.result?.id).toMatch(new RegExp(`\\.${seq}$`));
    const events = again.itemsOf(resumed).filter(({ kind }) => kind === 'event');
    expect(events.map((event) => event.seq)).toEqual([second.seq]);
    expect(b.itemsOf(joined).some(({ kind }) => kind === 'resync')).toBe(false);
    for (const wire of [again, b]) wire.close();
  });

  it('with `presence: false` neither shows the follower nor tells it anybody', async () => {
    const [a, b] = [await open(ann), await open(bob)];
    const [stream, hidden] = [follow(a), follow(b, { presence: false })];
    await until(() => people(a, stream) === 'Ann' && b.itemsOf(hidden).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 400));

    expect(people(a, stream)).toBe('Ann');
    expect(b.itemsOf(hidden).map(({ kind }) => kind)).toEqual(['ready']);
    for (const wire of [a, b]) wire.close();
  });

  it('shows no longer, and tells nothing more, to somebody who lost access', async () => {
    const sam = await anAgent(app, 'Sam');
    await app.deps.hub.allows(sam.userId, () => true);
    const ours = await aProject(app, { members: [ann, sam] });
    const { id } = await createTicket(app.deps, ann, parsed(CreateTicketInput, { projectId: ours.id, title: 'Ours' }));
    const [a, s] = [await open(ann), await open(sam)];
    const [stream, theirs] = [a, s].map((wire) => wire.begin('subscription', 'live.ticket', { ticketId: id }));
    await until(() => people(a, stream!) === 'Ann Sam' && people(s, theirs!) === 'Ann Sam');

    await removeMember(app.deps, app.admin, { projectId: ours.id, userId: sam.userId });
    await until(() => people(a, stream!) === 'Ann', SOON_MS);
    const told = s.frames.length;
    const b = await open(app.admin);
    b.begin('subscription', 'live.ticket', { ticketId: id });
    await until(() => people(a, stream!).includes('Ada'));

    expect(s.frames.slice(told).filter(({ result }) => result?.type === 'data')).toEqual([]);
    expect(s.frames.some(({ error }) => error?.data.app.code === 'FORBIDDEN')).toBe(true);
    for (const wire of [a, s, b]) wire.close();
  });
});

describe('presence.set', () => {
  it('shows who types, also when it was said by another connection, a customer’s too', async () => {
    const [a, k] = [await open(ann), await open(kim)];
    const [stream, theirs] = [follow(a), follow(k)];
    await until(() => people(a, stream) === 'Ann Kim');

    const reply = await k.call('mutation', 'presence.set', { ticketId, typing: true, idempotencyKey: 'once' });
    await until(() => people(a, stream) === 'Ann Kim…', SOON_MS);
    await k.call('mutation', 'presence.set', { ticketId, typing: false });
    await until(() => people(a, stream) === 'Ann Kim', SOON_MS);

    expect(reply.result?.data).toEqual({ expiresInMs: 5_000 });
    expect(k.itemsOf(theirs).map(({ kind }) => kind)).toEqual(['ready']);
    for (const wire of [a, k]) wire.close();
  });

  it('knows no ticket that the caller may not see, as if it were missing', async () => {
    const wire = await open(stranger);

    const foreign = await wire.call('mutation', 'presence.set', { ticketId, typing: true });
    const missing = await wire.call('mutation', 'presence.set', {
      ticketId: '0198f0a0-0000-7000-8000-000000000000',
      typing: true,
    });
    wire.close();

    expect(foreign.error).toEqual(missing.error);
    expect(foreign.error?.data.app.code).toBe('NOT_FOUND');
  });

  it('is refused when it is said too often', async () => {
    const wire = await open(bob);

    const calls = Array.from({ length: 40 }, () => wire.call('mutation', 'presence.set', { ticketId, typing: true }));
    const codes = (await Promise.all(calls)).map(({ error }) => error?.data.app.code);
    wire.close();

    expect(codes.filter(Boolean)).toEqual(Array(10).fill('TOO_MANY_REQUESTS'));
  });
});
