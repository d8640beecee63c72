import { describe, expect, it } from 'vitest';
import { memoryQueue } from '../../client-sdk/src/index.js';
import { BoardActions } from '../../web/src/board/boardActions.js';
import { BoardStore } from '../../web/src/board/boardStore.js';
import { Toasts } from '../../web/src/ui/toasts.js';
import { aSite, signedIn } from '../sdk/realServer.js';

describe('what people do on the board', () => {
  it('is not taken for another’s doing when they go on before the server has answered', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent, { queue: memoryQueue() });
    const ticket = await client.tickets.create({ projectId, title: 'In a hurry' });
    const { user } = await client.me();
    const toasts = new Toasts();
    const actions = new BoardActions(client, new BoardStore(client, projectId), toasts, { user } as never);

    const done = await Promise.all([
      actions.move(ticket, 'REVIEW'),
      actions.move({ ...ticket, status: 'REVIEW' }, 'IN_PROGRESS'),
      actions.move({ ...ticket, status: 'IN_PROGRESS' }, 'RESOLVED'),
    ]);
    const { status } = await client.tickets.get({ ticketId: ticket.id });

    expect(done).toEqual([true, true, true]);
    expect(status).toBe('RESOLVED');
  });

  it('is refused when somebody else was faster, also after a move of their own', async () => {
    const { port, people, projectId } = await aSite();
    const [client, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
    const ticket = await client.tickets.create({ projectId, title: 'Wanted by two' });
    const { user } = await client.me();
    const actions = new BoardActions(client, new BoardStore(client, projectId), new Toasts(), { user } as never);
    await actions.move(ticket, 'REVIEW');
    await other.tickets.update({ ticketId: ticket.id, patch: { status: 'CLOSED' } });

    const done = await actions.move({ ...ticket, status: 'REVIEW' }, 'IN_PROGRESS');

    expect(done).toBe(false);
    expect((await client.tickets.get({ ticketId: ticket.id })).status).toBe('CLOSED');
  });
});
