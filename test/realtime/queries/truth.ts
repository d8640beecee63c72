import type { QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { Database } from '../../../server/db/database.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import type { QueryRequest } from '../../../server/realtime/queries/querySpec.js';

const ALL = 1_000_000;

/** What SQL says: the list that the same person gets for the same filter, and how many it has in all. */
export async function truth(db: Database, person: Actor, { projectId, filter, sort, limit }: QueryRequest) {
  const input = { ...filter, projectId: projectId ?? undefined, sort, limit: ALL, cursor: undefined };
  const { items } = await listTickets(db, person, input);
  return { items: items.slice(0, limit), counts: countsOf(items) };
}

export function countsOf(items: readonly Ticket[]): QueryCounts {
  const counts: QueryCounts = {
    total: items.length,
    byStatus: { OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 },
    byAssignee: {},
  };
  for (const { status, assigneeId } of items) {
    counts.byStatus[status]++;
    if (assigneeId !== null) counts.byAssignee[assigneeId] = (counts.byAssignee[assigneeId] ?? 0) + 1;
  }
  return counts;
}
