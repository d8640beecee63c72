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
  /** Of each ticket the version that its last move came to, or will come to; 0 when that was refused. */
  readonly #moves = new Map<string, Promise<number>>();

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
    return this.#run(ticket, shown, () => this.#moveInTurn(ticket, status));
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

  /** Whoever moves a ticket again before the first move is answered means the ticket as that will leave it. */
  #moveInTurn({ id: ticketId, version }: Ticket, status: TicketStatus): Promise<{ seq: number }> {
    const before = this.#moves.get(ticketId) ?? Promise.resolve(0);
    const moving = before.then((moved) =>
      this.client.tickets.update({ ticketId, patch: { status }, expectedVersion: Math.max(moved, version) }),
    );
    const coming = moving.then(
      (reply) => reply.version,
      () => 0,
    );
    this.#moves.set(ticketId, coming);
    void coming.then(() => this.#moves.get(ticketId) === coming && this.#moves.delete(ticketId));
    return moving;
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
