import { expect, it } from 'vitest';
import type { QueryCounts, TicketsDelta } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { latestFirst } from '../../../contract/ticketOrder.js';
import { ProjectHeads } from '../../../server/realtime/queries/projectHeads.js';
import { parseQueryCursor } from '../../../server/realtime/queries/queryCursor.js';
import { querySpec } from '../../../server/realtime/queries/querySpec.js';
import { SharedQuery } from '../../../server/realtime/queries/sharedQuery.js';
import type { TicketStep } from '../../../server/realtime/queries/ticketChange.js';
import { until } from '../liveWorld.js';
import { countsOf } from './truth.js';

const epoch = '0198f0a0-0000-4000-8000-000000000000';
const spec = querySpec(
  { projectId: 'p', filter: {}, sort: latestFirst, limit: 5 },
  { staffOf: ['p'], customerOf: [], customerId: null },
);
const version = (lastSeq: number, more: Partial<Ticket> = {}) =>
  ({
    id: 't',
    projectId: 'p',
    title: `Version ${lastSeq}`,
    description: '',
    status: 'OPEN',
    assigneeId: null,
    updatedAt: `2026-11-26T10:00:0${lastSeq}.000Z`,
    lastSeq,
    assignees: [],
    ...more,
  }) as unknown as Ticket;

/** A query whose rows were read when the log had come to `seq`, of which nothing has been handed out here yet. */
async function readAt(seq: number, rows: readonly Ticket[]) {
  const feed = { head: 0 };
  const counts: QueryCounts = countsOf(rows);
  const heads = new ProjectHeads([feed]);
  const query = new SharedQuery(spec, { heads, read: async () => ({ epoch, seqs: [seq], rows, counts }) });
  query.reread();
  await until(() => query.isFresh());
  const hand = (step: TicketStep) => {
    feed.head = step.seq;
    query.take(0, step);
  };
  const place = (cursor: string | undefined) => parseQueryCursor(cursor ?? '')?.seqs;
  return { query, hand, place };
}

it('passes over the events that its rows were read with, and tells where they stand meanwhile', async () => {
  const [first, second, third] = [version(1), version(2), version(3)];
  const { query, hand, place } = await readAt(2, [second]);
  const begun = query.snapshot().deliveries.at(-1)?.items[0];

  hand({ seq: 1, before: null, after: first });
  hand({ seq: 2, before: first, after: second });
  const told = query.head;
  hand({ seq: 3, before: second, after: third });
  const delta = query.next(0)?.items[0];

  expect(place(begun?.cursor)).toEqual([2]);
  expect(told).toBe(0);
  expect(place(delta?.cursor)).toEqual([3]);
  expect(delta?.item).toEqual({ kind: 'delta', upserts: [third], removes: [], counts: null });
  expect([2, 3].map((seq) => query.find({ epoch, hash: spec.hash, seqs: [seq] }))).toEqual([0, 1]);
});

it('tells a late reader each step as it was, whatever came after', async () => {
  const [first, second, third] = [version(1), version(2, { status: 'REVIEW' }), version(3, { assigneeId: 'ann' })];
  const { query, hand, place } = await readAt(1, [first]);

  hand({ seq: 2, before: first, after: second });
  hand({ seq: 3, before: second, after: third });
  hand({ seq: 4, before: third, after: null });
  const told = [0, 1, 2].map((seq) => query.next(seq)?.items[0]);

  expect(told.map((sent) => place(sent?.cursor))).toEqual([[2], [3], [4]]);
  expect(told.map((sent) => (sent?.item as TicketsDelta | undefined)?.counts)).toEqual([
    { total: 1, byStatus: { OPEN: 0, REVIEW: 1 }, byAssignee: {} },
    { total: 1, byStatus: { OPEN: 1, REVIEW: 0 }, byAssignee: { ann: 1 } },
    { total: 0, byStatus: { OPEN: 0 }, byAssignee: { ann: 0 } },
  ]);
});
