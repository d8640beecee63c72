import { describe, expect, it } from 'vitest';
import { UndoStore } from '../../web/src/acts/undoStore.js';
import { BoardActions } from '../../web/src/board/boardActions.js';
import { BoardStore } from '../../web/src/board/boardStore.js';
import type { BatonClient } from '../../web/src/sdk.js';
import { Toasts } from '../../web/src/ui/toasts.js';
import { aSite, signedIn } from '../sdk/realServer.js';

describe('what was done', () => {
  it('is undone step by step, the latest first, and each step once', async () => {
    const { actions, ticket, read, undoLatest } = await aBoard();
    await actions.move(ticket, 'REVIEW');
    await actions.edit(await read(), { priority: 'URGENT' });
    await actions.move(await read(), 'RESOLVED');
    await actions.move(await read(), 'OPEN');

    await undoLatest();
    expect((await read()).status).toBe('RESOLVED');
    await undoLatest();
    expect(await read()).toMatchObject({ status: 'REVIEW', priority: 'URGENT' });
    await undoLatest();
    await undoLatest();

    expect(await read()).toMatchObject({ status: 'OPEN', priority: 'MEDIUM' });
    expect(actions.undo.undoLatest()).toBe(false);
  });

  it('stays when somebody changed the same field since, and what they changed besides stays when it is undone', async () => {
    const { actions, other, ticket, read, undoLatest, told } = await aBoard();
    await actions.move(ticket, 'REVIEW');
    await other.tickets.update({ ticketId: ticket.id, patch: { status: 'RESOLVED' } });
    await undoLatest();
    expect((await read()).status).toBe('RESOLVED');
    expect(told()).toContain(`Not undone. Somebody else has just moved ${ticket.key} to Resolved.`);

    await actions.edit(await read(), { priority: 'HIGH' });
    await other.tickets.update({ ticketId: ticket.id, patch: { title: 'Theirs' } });
    await undoLatest();
    expect(await read()).toMatchObject({ priority: 'MEDIUM', title: 'Theirs' });
  });

  it('gives a closed or deleted ticket back to those who held it, and to nobody when others took it since', async () => {
    const { port, projectId, actions, other, ticket, people, read, undoLatest, told } = await aBoard();
    await other.assignments.claim({ ticketId: ticket.id });
    await other.assignments.assign({ ticketId: ticket.id, assigneeId: people.agent.userId });
    const holders = () => read().then(({ assignees }) => assignees.map(({ name, isPrimary }) => [name, isPrimary]));
    const before = await holders();

    await actions.move(await read(), 'CLOSED');
    expect(await holders()).toEqual([]);
    await undoLatest();
    expect(await holders()).toEqual(before);
    const admin = await signedIn(port, people.admin);
    const leading = await actionsOf(admin, projectId);
    await leading.actions.delete(await read());
    await leading.undoLatest();
    expect(await holders()).toEqual(before);

    await actions.remove(await read(), (await read()).assignees[0]!);
    await admin.assignments.assign({ ticketId: ticket.id, assigneeId: people.admin.userId });
    const after = await holders();
    await undoLatest();
    expect(await holders()).toEqual(after);
    expect(told()).toContain(`Not undone. ${ticket.key} has changed hands since.`);
  });

  it('takes a claim, an assignment and a handover back', async () => {
    const { actions, ticket, people, read, undoLatest } = await aBoard();
    const holders = () => read().then(({ assignees }) => assignees.map(({ userId }) => userId));
    await actions.claim(ticket);
    const [own] = (await read()).assignees;
    await actions.reassign(await read(), own!, { id: people.other.userId, name: 'Bea Agent' });
    expect(await holders()).toEqual([people.other.userId]);

    await undoLatest();
    expect(await holders()).toEqual([people.agent.userId]);
    await actions.assign(await read(), { id: people.other.userId, name: 'Bea Agent' });
    expect(await holders()).toHaveLength(2);
    await undoLatest();
    expect(await holders()).toEqual([people.agent.userId]);
  });

  it('is not offered for what changed nothing, and no longer after some seconds', async () => {
    const { actions, ticket } = await aBoard();
    await actions.move(ticket, 'OPEN');
    expect(actions.undo.undoLatest()).toBe(false);

    let now = 0;
    const undo = new UndoStore(new Toasts(), () => now);
    const undone: string[] = [];
    const act = (text: string) => ({ text, undo: async () => undone.push(text), explain: String });
    undo.offer(act('first'));
    now = 7_000;
    undo.offer(act('second'));
    now = 9_000;

    expect([undo.undoLatest(), undo.undoLatest()]).toEqual([true, false]);
    expect(undone).toEqual(['second']);
  });
});

async function aBoard() {
  const { port, people, projectId } = await aSite();
  const [client, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
  const ticket = await client.tickets.create({ projectId, title: 'In a hurry' });
  const read = () => client.tickets.get({ ticketId: ticket.id });
  return { port, people, projectId, other, ticket, read, ...(await actionsOf(client, projectId)) };
}

async function actionsOf(client: BatonClient, projectId: string) {
  const { user } = await client.me();
  const toasts = new Toasts();
  const actions = new BoardActions(client, new BoardStore(client, projectId), toasts, {
    user,
    isStaff: true,
    isLead: false,
  });
  const told = () => toasts.get().map(({ text }) => text);
  const answers = () => told().filter((text) => /^(Undone|Not undone)/.test(text)).length;
  const undoLatest = async () => {
    for (const { id } of toasts.get()) toasts.dismiss(id);
    expect(actions.undo.undoLatest()).toBe(true);
    await expect.poll(answers).toBe(1);
  };
  return { actions, told, undoLatest };
}
