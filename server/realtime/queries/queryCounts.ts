import type { CountsChange, QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket, TicketStatus } from '../../../contract/ticket.js';

type Counted = Pick<Ticket, 'status' | 'assigneeId'>;
/** Where a ticket is or was counted, and how many are counted there. */
interface CountedPlace extends Counted {
  readonly ofStatus: number;
  readonly ofAssignee: number;
}

/** What a step changed, in the numbers of then. Most steps of most queries are told to nobody. */
export class CountsStep {
  constructor(
    private readonly total: number,
    private readonly left: CountedPlace | null,
    private readonly entered: CountedPlace | null,
  ) {}

  told(): CountsChange {
    const change: CountsChange = { total: this.total, byStatus: {}, byAssignee: {} };
    for (const place of [this.left, this.entered]) {
      if (!place) continue;
      change.byStatus[place.status] = place.ofStatus;
      if (place.assigneeId !== null) change.byAssignee[place.assigneeId] = place.ofAssignee;
    }
    return change;
  }
}

/** How many tickets match, kept by what enters and leaves: nothing is remembered of the tickets themselves. */
export class RunningCounts {
  private total: number;
  private readonly byStatus: Record<TicketStatus, number>;
  private readonly byAssignee: Map<string, number>;

  constructor({ total, byStatus, byAssignee }: QueryCounts) {
    this.total = total;
    this.byStatus = { ...byStatus };
    this.byAssignee = new Map(Object.entries(byAssignee));
  }

  get size(): number {
    return this.total;
  }

  /** One ticket's step; null on a side that does not match. Gives what it changed; null: nothing. */
  step(before: Counted | null, after: Counted | null): CountsStep | null {
    if (before?.status === after?.status && before?.assigneeId === after?.assigneeId) return null;
    // In this order: where both are counted, the number after both is told.
    const left = before && this.add(before, -1);
    const entered = after && this.add(after, 1);
    return new CountsStep(this.total, left, entered);
  }

  snapshot(): QueryCounts {
    return {
      total: this.total,
      byStatus: { ...this.byStatus },
      byAssignee: Object.fromEntries(this.byAssignee),
    };
  }

  private add({ status, assigneeId }: Counted, one: 1 | -1): CountedPlace {
    this.total += one;
    const ofStatus = (this.byStatus[status] ?? 0) + one;
    this.byStatus[status] = ofStatus;
    if (assigneeId === null) return { status, ofStatus, assigneeId, ofAssignee: 0 };
    const ofAssignee = (this.byAssignee.get(assigneeId) ?? 0) + one;
    if (ofAssignee > 0) this.byAssignee.set(assigneeId, ofAssignee);
    else this.byAssignee.delete(assigneeId);
    return { status, ofStatus, assigneeId, ofAssignee: Math.max(ofAssignee, 0) };
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
