import { expect, it } from 'vitest';
import type { Ticket } from '../../contract/ticket.js';
import { EventFold } from '../../server/integrity/eventFold.js';

const ticket = (fields: object): Ticket =>
  ({ projectId: 'p', title: 'A', version: 1, lastSeq: 1, assignees: [], ...fields }) as unknown as Ticket;

/** What is said of a ticket whose only event told it so. */
function said(told: Ticket, now: Ticket): readonly string[] {
  const fold = new EventFold(now);
  fold.add(1, { ticket: told, changes: {} }, true);
  return fold.end(true);
}

it('a field that an older version did not know may be missing in its events as long as it is empty', () => {
  const older = ticket({});

  for (const empty of [null, [], {}, false]) expect(said(older, ticket({ sla: empty }))).toEqual([]);
  for (const filled of ['x', ['x'], { x: 1 }, 0, true])
    expect(said(older, ticket({ sla: filled }))).toEqual(['its last event tells of another ticket than its row']);
  expect(said(ticket({ sla: null }), ticket({ sla: { x: 1 } }))).toHaveLength(1);
  expect(said(ticket({ title: 'B' }), ticket({ sla: null }))).toHaveLength(1);
});

it('such a field does not break the chain from an older event to a newer one', () => {
  const fold = new EventFold(ticket({ version: 2, lastSeq: 2, sla: null }));
  fold.add(1, { ticket: ticket({}), changes: {} }, true);
  fold.add(2, { ticket: ticket({ version: 2, lastSeq: 2, sla: null }), changes: {} }, true);

  expect(fold.end(true)).toEqual([]);
});
