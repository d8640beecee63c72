import type { CountsChange, QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket, TicketStatus } from '../../../contract/ticket.js';

type Counted = Pick<Ticket, 'status' | 'assigneeId'>;

/** How many tickets match, kept by what enters and leaves: nothing is remembered of the tickets themselves. */
export class RunningCounts {
  private total: number;
  private readonly byStatus: Map<TicketStatus, number>;
  private readonly byAssignee: Map<string, number>;

  constructor({ total, byStatus, byAssignee }: QueryCounts) {
    this.total = total;
    this.byStatus = new Map(Object.entries(byStatus) as [TicketStatus, number][]);
    this.byAssignee = new Map(Object.entries(byAssignee));
  }

  get size(): number {
    return this.total;
  }

  /** One ticket's step; null on a side that does not match. Answers what it changed, null when nothing. */
  step(before: Counted | null, after: Counted | null): CountsChange | null {
    if (before?.status === after?.status && before?.assigneeId === after?.assigneeId) return null;
    if (before) this.add(before, -1);
    if (after) this.add(after, 1);
    const change: CountsChange = { total: this.total, byStatus: {}, byAssignee: {} };
    for (const side of [before, after]) {
      if (!side) continue;
      change.byStatus[side.status] = this.byStatus.get(side.status) ?? 0;
      if (side.assigneeId !== null) change.byAssignee[side.assigneeId] = this.byAssignee.get(side.assigneeId) ?? 0;
    }
    return change;
  }

  snapshot(): QueryCounts {
    return {
      total: this.total,
      byStatus: Object.fromEntries(this.byStatus) as QueryCounts['byStatus'],
      byAssignee: Object.fromEntries(this.byAssignee),
    };
  }

  private add({ status, assigneeId }: Counted, one: 1 | -1): void {
    this.total += one;
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + one);
    if (assigneeId === null) return;
    const held = (this.byAssignee.get(assigneeId) ?? 0) + one;
    if (held > 0) this.byAssignee.set(assigneeId, held);
    else this.byAssignee.delete(assigneeId);
  }
}

/** What leads from one count to another; null when they are equal. */
export function countsBetween(from: QueryCounts, to: QueryCounts): CountsChange | null {
  const byStatus = differing(from.byStatus, to.byStatus);
  const byAssignee = differing(from.byAssignee, to.byAssignee);
  const isSame = Object.keys(byStatus).length === 0 && Object.keys(byAssignee).length === 0;
  return isSame ? null : { total: to.total, byStatus, byAssignee };
}

function differing(from: Readonly<Record<string, number>>, to: Readonly<Record<string, number>>) {
  const changed: Record<string, number> = {};
  for (const key of Object.keys({ ...from, ...to })) if (from[key] !== to[key]) changed[key] = to[key] ?? 0;
  return changed;
}
