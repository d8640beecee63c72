import type { Changes, TicketBefore } from '../../contract/event.js';
import type { Ticket } from '../../contract/ticket.js';
import { bookkeeping, sameValue } from './sameValue.js';

type Fields = Readonly<Record<string, unknown>>;
interface Payload {
  readonly ticket: Ticket;
  readonly changes: Changes;
  readonly previous?: TicketBefore;
}

/** People may have been renamed since. */
const nameless = <Holding extends { readonly assignees: readonly { name: string }[] }>(ticket: Holding) => ({
  ...ticket,
  assignees: ticket.assignees.map((one) => ({ ...one, name: '' })),
});

/** What an older version told, with the fields that it did not know: they were empty, or they are told wrongly. */
function completed<Known extends object>(older: Known, now: object): Known {
  const unknown = Object.entries(now).filter(([field, value]) => !(field in older) && isEmpty(value));
  return { ...Object.fromEntries(unknown), ...older };
}
const isEmpty = (value: unknown): boolean =>
  value === null || value === false || (typeof value === 'object' && Object.keys(value).length === 0);

/** The events of one ticket, oldest first, against each other and against its row. Holds the last of them. */
export class EventFold {
  private last: Ticket | null = null;
  private readonly said: string[] = [];

  constructor(private readonly ticket: Ticket) {}

  /** @param isWhole whether none of its events has been forgotten */
  add(seq: number, { ticket: after, changes, previous }: Payload, isWhole: boolean): void {
    const { last, said } = this;
    if (after.lastSeq !== seq) said.push(`event ${seq} carries the ticket of event ${after.lastSeq}`);
    if (last || isWhole) {
      const expected = (last?.version ?? 0) + 1;
      if (after.version !== expected) said.push(`event ${seq} has version ${after.version} instead of ${expected}`);
    }
    if (last) said.push(...brokenLinks(seq, last, after, changes));
    if (last?.projectId === after.projectId && last.lastSeq >= seq) said.push(`event ${seq} is out of order`);
    if (last && previous && !sameValue({ ...nameless(last), ...nameless(previous) }, nameless(last)))
      said.push(`event ${seq} tells of another ticket before it than the event before`);
    this.last = after;
  }

  end(isWhole: boolean): readonly string[] {
    if (this.last && !sameValue(nameless(completed(this.last, this.ticket)), nameless(this.ticket)))
      this.said.push('its last event tells of another ticket than its row');
    if (!this.last && isWhole) this.said.push('no event tells of it');
    return this.said;
  }
}

function brokenLinks(seq: number, before: Fields, after: Fields, changes: Changes): string[] {
  return Object.keys(after)
    .filter((field) => !bookkeeping.has(field))
    .flatMap((field) => {
      const change = changes[field];
      const told = change
        ? sameValue(change.before, before[field]) && sameValue(change.after, after[field])
        : sameValue(completed(before, after)[field], after[field]);
      return told ? [] : [`event ${seq} does not lead from the one before in ${field}`];
    });
}
