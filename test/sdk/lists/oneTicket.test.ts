import { describe, expect, it, vi } from 'vitest';
import type { BatonClient, OneTicket, OneTicketState } from '../../../client-sdk/src/index.js';
import { PASSWORD } from '../../support/world.js';
import { aProxy, aSite, signedIn, type Site } from '../realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 15_000, interval: 5 });

/** Follows the ticket, and keeps all that was shown of it. */
function watched(one: OneTicket): OneTicketState[] {
  const states = [one.getSnapshot()];
  one.subscribe(() => states.push(one.getSnapshot()));
  return states;
}
const oneAfterTheOther = <Value>(values: readonly Value[]): Value[] =>
  values.filter((value, nth) => nth === 0 || value !== values[nth - 1]);
const title = ({ getSnapshot }: OneTicket) => getSnapshot().ticket?.title;
const names = ({ getSnapshot }: OneTicket) => getSnapshot().people.map(({ name }) => name);

const anotherProject = async (admin: BatonClient, { people }: Site, ...members: ('agent' | 'other')[]) => {
  const { id } = await admin.projects.create({ key: 'NEXT', name: 'Next' });
  for (const member of members)
    await admin.projects.members.add({ projectId: id, userId: people[member].userId, role: 'MEMBER' });
  return id;
};

describe('one ticket that stays true', () => {
  it('shows what happens to it, an own edit at once, and nothing older after that, through a cut', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const [client, other] = [await signedIn(proxy.port, people.agent), await signedIn(port, people.other)];
    const { id } = await client.tickets.create({ projectId, title: 'Old' });
    const one = client.tickets.liveOne(id);
    const states = watched(one);
    await until(() => expect(title(one)).toBe('Old'));

    const reply = client.tickets.update({ ticketId: id, patch: { title: 'New' } });
    const atOnce = one.getSnapshot();
    await reply;
    await until(() => expect(one.getSnapshot().isPending).toBe(false));
    proxy.cut();
    await other.tickets.update({ ticketId: id, patch: { title: 'Theirs', priority: 'URGENT' } });
    await until(() => expect(title(one)).toBe('Theirs'));

    expect(atOnce).toMatchObject({ ticket: { title: 'New' }, isPending: true, status: 'live' });
    expect(one.getSnapshot().ticket).toMatchObject({ priority: 'URGENT', version: 3 });
    expect(Object.keys(one.getSnapshot().ticket!)).not.toContain('reporterName');
    expect(oneAfterTheOther(states.map(({ ticket }) => ticket?.title))).toEqual([undefined, 'Old', 'New', 'Theirs']);
    expect(oneAfterTheOther(states.map(({ status }) => status))).toEqual(['loading', 'live', 'stale', 'live']);
  });

  it('takes back what was refused', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const { id } = await client.tickets.create({ projectId, title: 'Old' });
    const one = client.tickets.liveOne(id);
    watched(one);
    await until(() => expect(title(one)).toBe('Old'));

    const refused = client.tickets.update({ ticketId: id, patch: { title: 'New' }, expectedVersion: 9 });
    const atOnce = title(one);

    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect([atOnce, title(one)]).toEqual(['New', 'Old']);
  });

  it('tells staff who has it open and who types, and customers nobody', async () => {
    const { port, people, projectId } = await aSite();
    const [client, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
    const customer = await signedIn(port, people.customer);
    const { id } = await customer.tickets.create({ projectId, title: 'Help' });
    const [mine, theirs, hers] = [client, other, customer].map((someone) => someone.tickets.liveOne(id));
    for (const one of [mine!, theirs!, hers!]) watched(one);

    const everybody = [people.agent.name, people.other.name, people.customer.name].toSorted();
    await until(() => expect(names(mine!)).toEqual(everybody));
    await other.presence.set({ ticketId: id, typing: true });
    await until(() =>
      expect(mine!.getSnapshot().people).toContainEqual(
        expect.objectContaining({ name: people.other.name, typing: true }),
      ),
    );

    await until(() => expect(title(hers!)).toBe('Help'));
    expect(hers!.getSnapshot()).toMatchObject({ status: 'live', people: [] });
  });

  it('is none while it is deleted, also for who comes then, and is there again when it is restored', async () => {
    const { port, people, projectId } = await aSite();
    const [client, admin] = [await signedIn(port, people.agent), await signedIn(port, people.admin)];
    const { id } = await client.tickets.create({ projectId, title: 'Here' });
    const [one, late] = [client.tickets.liveOne(id), admin.tickets.liveOne(id.toUpperCase())];
    watched(one);
    await until(() => expect(title(one)).toBe('Here'));

    await admin.tickets.delete({ ticketId: id });
    await until(() => expect(one.getSnapshot()).toMatchObject({ ticket: null, status: 'live' }));
    watched(late);
    await until(() => expect(late.getSnapshot()).toMatchObject({ ticket: null, status: 'live' }));
    await admin.tickets.restore({ ticketId: id });

    await until(() => expect([title(one), title(late)]).toEqual(['Here', 'Here']));
  });

  it('goes along when it is moved, and is lost to who may not see it there', async () => {
    const site = await aSite();
    const { port, people, projectId } = site;
    const admin = await signedIn(port, people.admin);
    const [client, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
    const next = await anotherProject(admin, site, 'agent');
    const { id } = await client.tickets.create({ projectId, title: 'On the way' });
    for (const nth of [1, 2, 3]) await client.tickets.update({ ticketId: id, patch: { storyPoints: nth } });
    const [mine, theirs] = [client.tickets.liveOne(id), other.tickets.liveOne(id)];
    const states = watched(mine);
    watched(theirs);
    await until(() => expect([title(mine), title(theirs)]).toEqual(['On the way', 'On the way']));

    await client.tickets.move({ ticketId: id, projectId: next });
    await until(() => expect(mine.getSnapshot().ticket?.projectId).toBe(next));
    await until(() => expect(theirs.getSnapshot()).toMatchObject({ ticket: null, people: [], status: 'error' }));
    await admin.tickets.update({ ticketId: id, patch: { title: 'There' } });
    await until(() => expect(title(mine)).toBe('There'));

    expect(theirs.error?.code).toBe('FORBIDDEN');
    expect(oneAfterTheOther(states.map(({ ticket }) => ticket?.title))).toEqual([undefined, 'On the way', 'There']);
  });

  it('is shown to nobody after a sign-out, and to the next person only as they may see it', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const { id } = await client.tickets.create({ projectId, title: 'For staff' });
    const one = client.tickets.liveOne(id);
    const states = watched(one);
    await until(() => expect(title(one)).toBe('For staff'));
    await until(() => expect(names(one)).toHaveLength(1));

    await client.logout();
    const after = one.getSnapshot();
    states.length = 0;
    await client.login({ email: people.customer.email, password: PASSWORD });
    await until(() => expect(one.error?.code).toBe('NOT_FOUND'));

    expect(after).toMatchObject({ ticket: null, people: [], status: 'error', error: { code: 'UNAUTHENTICATED' } });
    expect(states.flatMap(({ ticket }) => ticket ?? [])).toEqual([]);
  });

  it('is one for all who ask for it, and left a while after the last', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const watcher = await signedIn(port, people.other);
    const { id } = await client.tickets.create({ projectId, title: 'Open' });
    const one = client.tickets.liveOne(id);
    const ends = [one.subscribe(() => undefined), client.tickets.liveOne(id).subscribe(() => undefined)];
    const theirs = watcher.tickets.liveOne(id);
    watched(theirs);
    await until(() => expect([title(one), names(theirs).length]).toEqual(['Open', 2]));

    for (const end of ends) end();
    const isKept = title(one);

    expect(client.tickets.liveOne(id)).toBe(one);
    expect(isKept).toBe('Open');
    await until(() => expect(names(theirs)).toEqual([people.other.name]));
    expect(one.getSnapshot()).toMatchObject({ ticket: null, status: 'loading' });
  });
});
