import type { Ticket } from '../../../contract/ticket.js';

/**
 * One object for each version of a ticket, however many queries hold it: a thousand filters over a project share its rows.
 * What no query holds any more is forgotten by itself.
 */
export class TicketPool {
  private readonly known = new Map<string, WeakRef<Ticket>>();
  private readonly gone = new FinalizationRegistry<string>((id) => {
    if (this.known.get(id)?.deref() === undefined) this.known.delete(id);
  });

  /** The object that stands for this version, if there is one; the version itself otherwise. */
  held(ticket: Ticket): Ticket {
    const held = this.known.get(ticket.id)?.deref();
    return held && isSameVersion(held, ticket) ? held : ticket;
  }

  /** The version itself, or the equal one that is held already. */
  share(ticket: Ticket): Ticket {
    const held = this.held(ticket);
    if (held !== ticket) return held;
    this.known.set(ticket.id, new WeakRef(ticket));
    this.gone.register(ticket, ticket.id);
    return ticket;
  }
}

/** People may have been renamed since: that moves no ticket's number. */
export const isSameVersion = (a: Ticket, b: Ticket): boolean =>
  a.lastSeq === b.lastSeq &&
  a.projectId === b.projectId &&
  a.assignees.length === b.assignees.length &&
  a.assignees.every(({ name }, index) => name === b.assignees[index]?.name);
