import type { QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { compareTickets } from '../../../contract/ticketOrder.js';
import type { Database } from '../../../server/db/database.js';
import { EventLog } from '../../../server/realtime/eventLog.js';
import { viewerOf, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';
import { countsOf } from '../../realtime/queries/truth.js';
import { matcherOf } from '../../realtime/queries/matcher.js';

/** What an event did to a ticket of its project. */
type Step = { readonly is: Ticket } | { readonly left: string } | null;

/** The projects' events, read from the log as far as it goes. */
export class Ledger {
  private readonly steps: ReadonlyMap<string, Step[]>;
  private readonly log: EventLog;

  constructor(
    db: Database,
    readonly projects: readonly string[],
  ) {
    this.log = new EventLog(db);
    this.steps = new Map(projects.map((id) => [id, []]));
  }

  get length(): number {
    return [...this.steps.values()].reduce((sum, { length }) => sum + length, 0);
  }

  async readOn(): Promise<void> {
    for (const [id, steps] of this.steps) {
      const page = await this.log.page({ kind: 'project', id }, steps.length, 10_000_000, 10_000_000);
      for (const { seq, event } of page) {
        if (seq !== steps.length + 1) throw new Error(`event ${steps.length + 1} is missing in the log of ${id}`);
        const { type, payload } = event;
        if (!('ticket' in payload)) steps.push(null);
        else if (type === 'ticket.moved') steps.push({ left: payload.ticket.id });
        else steps.push({ is: payload.ticket as Ticket });
      }
    }
  }

  between(projectId: string, from: number, to: number): readonly Step[] {
    const steps = this.steps.get(projectId) ?? [];
    if (to > steps.length) throw new Error(`the cursor ${to} lies beyond the end of the log, ${steps.length}`);
    return steps.slice(from, to);
  }
}

/** What a query has to show at one place of the log after the other: all that matches, kept in order. */
export class Expected {
  private readonly tickets = new Map<string, Ticket>();
  private readonly rows: Ticket[] = [];
  private at: readonly number[];
  private readonly matches;
  private readonly compare;
  private readonly view;
  /** Of the rows as they are; null when they changed since. */
  private known: QueryCounts | null = null;

  constructor(
    private readonly ledger: Ledger,
    readonly spec: QuerySpec,
  ) {
    this.at = spec.projects.map(() => 0);
    this.matches = matcherOf(spec);
    this.compare = compareTickets(spec.sort);
    this.view = viewerOf(spec);
  }

  get items(): Ticket[] {
    return this.rows.slice(0, this.spec.limit).map(this.view);
  }
  get counts(): QueryCounts {
    return (this.known ??= countsOf(this.rows));
  }

  /** @throws when the place is before the last one. */
  goTo(seqs: readonly number[]): void {
    this.spec.projects.forEach((projectId, slot) => {
      const [from, to] = [this.at[slot] ?? 0, seqs[slot] ?? 0];
      if (to < from) throw new Error(`the cursor went back from ${from} to ${to}`);
      for (const step of this.ledger.between(projectId, from, to)) this.apply(projectId, step);
    });
    this.at = seqs;
  }

  /** Versions go on from project to project: of a ticket that moved, the later image counts, whichever log is read first. */
  private apply(projectId: string, step: Step): void {
    if (step === null) return;
    const held = this.tickets.get('is' in step ? step.is.id : step.left);
    if ('left' in step) {
      if (held?.projectId === projectId) this.replace(held, null);
    } else if (!held || step.is.version >= held.version) this.replace(held, step.is);
  }

  private replace(before: Ticket | undefined, after: Ticket | null): void {
    if (before && this.matches(before)) {
      this.rows.splice(this.placeOf(before), 1);
      this.known = null;
    }
    if (after) this.tickets.set(after.id, after);
    else if (before) this.tickets.delete(before.id);
    if (!after || !this.matches(after)) return;
    this.rows.splice(this.placeOf(after), 0, after);
    this.known = null;
  }

  /** The first place whose row does not stand before this one. */
  private placeOf(ticket: Ticket): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = this.rows[middle];
      if (row && this.compare(row, ticket) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
