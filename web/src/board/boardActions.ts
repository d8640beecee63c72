import { statusNames, type Viewer } from '../model.js';
import type { Assignee, BatonClient, Ticket, TicketStatus } from '../sdk.js';
import type { Toasts } from '../ui/toasts.js';
import type { BoardStore } from './boardStore.js';
import { explain } from './explain.js';

export interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * What people do on the board. A move and a claim show at once and are taken back when the server refuses; the rest waits for
 * the server. Each method answers whether it was done, after telling a failure as a message.
 */
export class BoardActions {
  constructor(
    private readonly client: BatonClient,
    private readonly store: BoardStore,
    private readonly toasts: Toasts,
    private readonly viewer: Viewer,
  ) {}

  /** `expectedVersion` lets the server refuse when somebody moved the ticket a moment earlier. Closing ends all holding. */
  move(ticket: Ticket, status: TicketStatus): Promise<boolean> {
    if (ticket.status === status) return Promise.resolve(true);
    const handsOff = status === 'CLOSED' ? { assigneeId: null, assignees: [] } : {};
    const shown = { status, updatedAt: new Date().toISOString(), ...handsOff };
    return this.#run(ticket, shown, () =>
      this.client.tickets.update({ ticketId: ticket.id, patch: { status }, expectedVersion: ticket.version }),
    );
  }

  claim(ticket: Ticket): Promise<boolean> {
    const { id, name } = this.viewer.user;
    const others = ticket.assignees.filter((a) => a.userId !== id && !a.isPrimary);
    const shown = {
      assigneeId: id,
      assignees: [{ assignmentId: '', userId: id, name, isPrimary: true }, ...others],
      updatedAt: new Date().toISOString(),
    };
    const overlay = ticket.assigneeId === null ? shown : null;
    return this.#run(ticket, overlay, () => this.client.assignments.claim({ ticketId: ticket.id }));
  }

  assign(ticket: Ticket, person: Person, reason?: string): Promise<boolean> {
    return this.#run(ticket, null, () =>
      this.client.assignments.assign({ ticketId: ticket.id, assigneeId: person.id, ...given(reason) }),
    );
  }

  reassign(ticket: Ticket, from: Assignee, person: Person, reason?: string): Promise<boolean> {
    return this.#run(ticket, null, () =>
      this.client.reassignTicket({ assignmentId: from.assignmentId, newAssigneeId: person.id, ...given(reason) }),
    );
  }

  remove(ticket: Ticket, holder: Assignee): Promise<boolean> {
    return this.#run(ticket, null, () => this.client.removeAssignment({ assignmentId: holder.assignmentId }));
  }

  async loadMore(status: TicketStatus): Promise<void> {
    await this.store
      .loadMore(status)
      .catch((error: unknown) => this.toasts.show('error', explain(error, statusNames[status])));
  }

  async #run(ticket: Ticket, shown: Partial<Ticket> | null, call: () => Promise<{ seq: number }>): Promise<boolean> {
    const overlayId = shown && this.store.overlay(ticket.id, shown);
    try {
      const { seq } = await call();
      if (overlayId !== null) this.store.confirm(overlayId, seq);
      return true;
    } catch (error) {
      if (overlayId !== null) this.store.withdraw(overlayId);
      this.toasts.show('error', explain(error, ticket.key));
      return false;
    }
  }
}

const given = (reason: string | undefined) => (reason?.trim() ? { reason: reason.trim() } : {});
