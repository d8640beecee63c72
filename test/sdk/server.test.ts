import { describe, expect, it, vi } from 'vitest';
import {
  getAssignmentHistory,
  getAssignments,
  isBatonError,
  reassignTicket,
  removeAssignment,
  saveAssignments,
  type BatonClient,
} from '../../client-sdk/src/index.js';
import { aClient, aProxy, aSite, signedIn } from './realServer.js';
import { PASSWORD } from '../support/world.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const aTicket = (client: BatonClient, projectId: string, title = 'The printer is on fire') =>
  client.tickets.create({ projectId, title });

describe('the client and the server', () => {
  it('agree on who is signed in', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);

    const me = await client.me();

    expect(me.user).toMatchObject({ id: people.agent.userId, role: 'AGENT' });
    expect(me.projects).toEqual([{ projectId, role: 'MEMBER' }]);
  });

  it('agree on what is wrong', async () => {
    const { port, people, projectId } = await aSite();
    const [agent, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
    const ticket = await aTicket(agent, projectId);
    await agent.assignments.claim({ ticketId: ticket.id });

    const error: unknown = await other.assignments.claim({ ticketId: ticket.id }).catch((reason: unknown) => reason);

    expect(isBatonError(error, 'CONFLICT')).toBe(true);
    expect(error).toMatchObject({ details: { holderId: people.agent.userId, holderName: people.agent.name } });
    const unknown = '00000000-0000-7000-8000-000000000000';
    await expect(agent.tickets.get({ ticketId: unknown })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(agent.tickets.get({ ticketId: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(aClient(port).me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(aClient(port).login({ email: people.agent.email, password: `${PASSWORD}!` })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('assign, list, hand on, take back and remember', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const [one, two] = [await aTicket(client, projectId), await aTicket(client, projectId)];

    const saved = await saveAssignments(client, [
      { ticketId: one.id, assigneeId: people.agent.userId, reason: 'knows printers' },
      { ticketId: two.id, assigneeId: people.other.userId },
    ]);
    const page = await getAssignments(client, { projectId });
    const mine = saved[0]!;
    const moved = await reassignTicket(client, { assignmentId: mine.id, newAssigneeId: people.other.userId });
    const removed = await removeAssignment(client, { assignmentId: moved.id, reason: 'on holiday' });
    const history = await getAssignmentHistory(client, { ticketId: one.id });

    expect(saved.map(({ ticketId }) => ticketId)).toEqual([one.id, two.id]);
    expect(page.items.map(({ id }) => id).toSorted()).toEqual(saved.map(({ id }) => id).toSorted());
    expect(moved).toMatchObject({ type: 'REASSIGNED', originalAssigneeId: people.agent.userId });
    expect(removed).toMatchObject({ status: 'REMOVED' });
    expect(history.items.map(({ action }) => action)).toEqual(['CREATED', 'REASSIGNED', 'REMOVED']);
    expect(await client.getAssignments()).toMatchObject({ items: [{ ticketId: two.id }] });
  });

  it('do a mutation once, however many of its replies are lost', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const client = await signedIn(proxy.port, people.agent);
    const ticket = await aTicket(client, projectId);

    proxy.loseReplies('comments.create', 3);
    const comment = await client.comments.create({ ticketId: ticket.id, content: 'Only once' });

    expect(proxy.lost()).toBe(3);
    const { items } = await client.comments.list({ ticketId: ticket.id });
    expect(items.map(({ id }) => id)).toEqual([comment.id]);
  });
});

describe('a session with a short-lived token', () => {
  it('goes on, and so does its stream, on one socket', async () => {
    const { port, people, projectId } = await aSite({ accessTokenTtl: '4s' });
    const states: string[] = [];
    const client = await signedIn(port, people.agent, { onConnectionState: ({ state }) => states.push(state) });
    const seqs: number[] = [];
    const errors: unknown[] = [];
    client.live.project(
      { projectId },
      { onEvent: ({ seq }) => seqs.push(seq), onError: (error) => errors.push(error) },
    );
    await until(() => expect(states).toContain('online'));

    for (let count = 0; count < 8; count += 1) {
      await aTicket(client, projectId);
      await rest(1_000);
    }

    await until(() => expect(seqs).toHaveLength(8));
    expect(errors).toEqual([]);
    expect(states).toEqual(['connecting', 'online']);
  }, 40_000);

  it('comes back by itself after it slept past the end of its token', async () => {
    const { port, people } = await aSite({ accessTokenTtl: '1s' });
    const client = await signedIn(port, people.agent);

    await rest(1_600);

    await expect(client.me()).resolves.toMatchObject({ user: { id: people.agent.userId } });
  });

  it('ends everywhere when the person signs out everywhere', async () => {
    const { port, people } = await aSite();
    const [one, two] = [await signedIn(port, people.agent), await signedIn(port, people.agent)];
    const told: string[] = [];
    two.live.me(
      {},
      { onReady: () => told.push('ready'), onError: ({ code }) => told.push(code), onEnd: () => told.push('end') },
    );
    await until(() => expect(told).toEqual(['ready']));

    await one.logout({ everywhere: true });

    await until(() => expect(told).toEqual(['ready', 'UNAUTHENTICATED', 'end']));
    expect(two.session.get().state).toBe('signedOut');
  });
});
