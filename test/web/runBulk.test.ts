import { describe, expect, it } from 'vitest';
import { assignAll, deleteAll, moveAll, prioritiseAll, type BulkChange } from '../../web/src/bulk/bulkChanges.js';
import { runBulk, takingBack } from '../../web/src/bulk/runBulk.js';
import type { BatonClient, Ticket } from '../../web/src/sdk.js';
import { aSite, signedIn } from '../sdk/realServer.js';

async function aBoardOf(count: number) {
  const { port, people, projectId } = await aSite();
  const client = await signedIn(port, people.agent);
  const other = await signedIn(port, people.other);
  const tickets: Ticket[] = [];
  for (let index = 0; index < count; index++)
    tickets.push(await client.tickets.create({ projectId, title: `Number ${index}` }));
  const now = () => Promise.all(tickets.map(({ id }) => client.tickets.get({ ticketId: id })));
  return { client, other, tickets, now };
}
const run = async (client: BatonClient, tickets: readonly Ticket[], change: BulkChange) => {
  const steps: number[] = [];
  const outcome = await runBulk(client, tickets, change, (done) => steps.push(done));
  return { outcome, steps };
};

describe('a change of many tickets', () => {
  it('is made to each by itself, tells its progress, and names those that somebody else changed first', async () => {
    const { client, other, tickets, now } = await aBoardOf(5);
    await other.tickets.update({ ticketId: tickets[2]!.id, patch: { status: 'CLOSED' } });

    const { outcome, steps } = await run(client, tickets, moveAll('REVIEW'));

    expect(steps).toEqual([1, 2, 3, 4, 5]);
    expect(outcome.changed).toBe(4);
    expect(outcome.failures).toMatchObject([{ ticket: { key: tickets[2]!.key }, error: { code: 'CONFLICT' } }]);
    expect((await now()).map(({ status }) => status)).toEqual(['REVIEW', 'REVIEW', 'CLOSED', 'REVIEW', 'REVIEW']);
  });

  it('is taken back, but for what was changed again since', async () => {
    const { client, other, tickets, now } = await aBoardOf(3);
    const { outcome } = await run(client, tickets, prioritiseAll('URGENT'));
    await other.tickets.update({ ticketId: tickets[0]!.id, patch: { priority: 'LOW' } });

    const { outcome: undone } = await run(client, tickets, takingBack(outcome));

    expect(undone.failures).toMatchObject([{ ticket: { id: tickets[0]!.id }, error: { code: 'CONFLICT' } }]);
    expect((await now()).map(({ priority }) => priority)).toEqual(['LOW', 'MEDIUM', 'MEDIUM']);
  });

  it('gives tickets to somebody, passes on those that are held, and back', async () => {
    const { client, other, tickets, now } = await aBoardOf(3);
    const { user: me } = await client.me();
    const { user: them } = await other.me();
    await client.assignments.claim({ ticketId: tickets[0]!.id });
    await other.assignments.claim({ ticketId: tickets[1]!.id });

    const { outcome } = await run(client, await now(), assignAll(them));
    const given = await now();
    const { outcome: undone } = await run(client, tickets, takingBack(outcome));

    expect(outcome).toMatchObject({ changed: 3, failures: [] });
    expect(outcome.undo).toHaveLength(2);
    expect(given.map(({ assigneeId }) => assigneeId)).toEqual([them.id, them.id, them.id]);
    expect(undone.failures).toEqual([]);
    expect((await now()).map(({ assigneeId }) => assigneeId)).toEqual([me.id, them.id, null]);
  });

  it('deletes and says why, and restores with who held them', async () => {
    const { client, tickets, now } = await aBoardOf(2);
    const { user: me } = await client.me();
    await client.assignments.claim({ ticketId: tickets[0]!.id });

    const { outcome } = await run(client, await now(), deleteAll('All of them doubles'));
    const gone = await Promise.allSettled(tickets.map(({ id }) => client.tickets.get({ ticketId: id })));
    await run(client, tickets, takingBack(outcome));

    const { items } = await client.tickets.history({ ticketId: tickets[1]!.id });

    expect(outcome.changed).toBe(2);
    expect(items.find(({ field, oldValue }) => field === 'deleteReason' && oldValue === null)).toMatchObject({
      newValue: 'All of them doubles',
    });
    expect(gone.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await now()).map(({ assigneeId }) => assigneeId)).toEqual([me.id, null]);
  });

  it('does nothing to a ticket that is so already', async () => {
    const { client, tickets, now } = await aBoardOf(1);

    const { outcome } = await run(client, tickets, moveAll('OPEN'));

    expect(outcome).toMatchObject({ changed: 1, failures: [], undo: [] });
    expect((await now())[0]?.version).toBe(tickets[0]!.version);
  });
});
