import { Conflicts, conflictOf, isQueued, letGo } from '../acts/conflicts.js';
import { changedBy, demandHolders, editText, giveBack, Overtaken, patchBack, shownBy } from '../acts/takingBack.js';
import { UndoStore } from '../acts/undoStore.js';
import { statusNames, type Viewer } from '../model.js';
import type { Assignee, BatonClient, Ticket, TicketPatch, TicketReply, TicketStatus } from '../sdk.js';
import type { Toasts } from '../ui/toasts.js';
import type { BoardStore } from './boardStore.js';
import { explain } from './explain.js';

/** `conflict`: shown as a choice where the ticket is open. */
export type EditOutcome = 'done' | 'conflict' | 'refused';

export interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * What people do on the board. An edit and a claim show at once and are taken back when the server refuses; the rest waits for
 * the server. Each method answers whether it was done, after telling a failure as a message or, where the ticket is open and
 * somebody else was faster, as a choice. What was done is offered to be undone.
 */
export class BoardActions {
  readonly undo: UndoStore;
  readonly conflicts = new Conflicts();
  /** Of each ticket the version that its last edit came to, or will come to; 0 when that was refused. */
  readonly #edits = new Map<string, Promise<number>>();
  /** The version that has again what an earlier one had, since one's own later edit was undone. */
  readonly #returned = new Map<string, number>();

  constructor(
    private readonly client: BatonClient,
    private readonly store: BoardStore,
    private readonly toasts: Toasts,
    private readonly viewer: Viewer,
  ) {
    this.undo = new UndoStore(toasts);
  }

  async move(ticket: Ticket, status: TicketStatus): Promise<boolean> {
    return (await this.edit(ticket, { status })) === 'done';
  }

  /** The ticket's version lets the server refuse when somebody changed the same field later. Closing ends all holding. */
  async edit(ticket: Ticket, patch: TicketPatch): Promise<EditOutcome> {
    const changed = changedBy(patch, ticket);
    if (Object.keys(changed).length === 0) return 'done';
    const handsOff = changed.status === 'CLOSED' ? { assigneeId: null, assignees: [] } : {};
    const shown = { ...shownBy(changed, ticket), updatedAt: new Date().toISOString(), ...handsOff };
    let base = 0;
    const call = async () => {
      const edited = await this.#editOn(ticket, changed);
      ({ base } = edited);
      return edited.reply;
    };
    const reply = await this.run(ticket, shown, call);
    if (!reply) return this.conflicts.isOpen(ticket.id) ? 'conflict' : 'refused';
    this.#offer(ticket, editText(ticket, changed), () => this.#takeBack(ticket, changed, reply.version, base));
    return 'done';
  }

  async claim(ticket: Ticket): Promise<boolean> {
    const { id, name } = this.viewer.user;
    const others = ticket.assignees.filter((a) => a.userId !== id && !a.isPrimary);
    const shown = {
      assigneeId: id,
      assignees: [{ assignmentId: '', userId: id, name, isPrimary: true }, ...others],
      updatedAt: new Date().toISOString(),
    };
    const overlay = ticket.assigneeId === null ? shown : null;
    const reply = await this.run(ticket, overlay, () => this.client.assignments.claim({ ticketId: ticket.id }));
    if (reply && !holds(ticket, id)) this.#offer(ticket, `${ticket.key} claimed`, () => this.#end(reply.id));
    return reply !== null;
  }

  async assign(ticket: Ticket, person: Person, reason?: string): Promise<boolean> {
    const input = { ticketId: ticket.id, assigneeId: person.id, ...given(reason) };
    const reply = await this.run(ticket, null, () => this.client.assignments.assign(input));
    const text = `${ticket.key} given to ${this.#nameOf(person)}`;
    if (reply && !holds(ticket, person.id)) this.#offer(ticket, text, () => this.#end(reply.id));
    return reply !== null;
  }

  async reassign(ticket: Ticket, from: Assignee, person: Person, reason?: string): Promise<boolean> {
    const input = { assignmentId: from.assignmentId, newAssigneeId: person.id, ...given(reason) };
    const reply = await this.run(ticket, null, () => this.client.reassignTicket(input));
    if (!reply) return false;
    const back = () => this.client.reassignTicket({ assignmentId: reply.id, newAssigneeId: from.userId });
    this.#offer(ticket, `${ticket.key} passed on to ${this.#nameOf(person)}`, back);
    return true;
  }

  async remove(ticket: Ticket, holder: Assignee, reason?: string): Promise<boolean> {
    const input = { assignmentId: holder.assignmentId, ...given(reason) };
    const reply = await this.run(ticket, null, () => this.client.removeAssignment(input));
    if (!reply) return false;
    const isOwn = holder.userId === this.viewer.user.id;
    const text = isOwn ? `You let go of ${ticket.key}` : `${ticket.key} taken from ${holder.name}`;
    const left = ticket.assignees.filter(({ userId }) => userId !== holder.userId);
    this.#offer(ticket, text, () => giveBack(this.client, ticket.id, [holder], left));
    return true;
  }

  async delete(ticket: Ticket, reason?: string): Promise<boolean> {
    const input = { ticketId: ticket.id, ...given(reason) };
    const reply = await this.run(ticket, null, () => this.client.tickets.delete(input));
    if (!reply) return false;
    this.#offer(ticket, `${ticket.key} deleted`, async () => {
      await this.client.tickets.restore({ ticketId: ticket.id });
      await giveBack(this.client, ticket.id, ticket.assignees, []);
    });
    return true;
  }

  async loadMore(status: TicketStatus): Promise<void> {
    await this.store
      .loadMore(status)
      .catch((error: unknown) => this.toasts.show('error', explain(error, statusNames[status])));
  }

  /** Does it, and shows `shown` on the ticket until it has come by its event. Answers null after telling a failure. */
  async run<Reply extends { readonly seq: number }>(
    ticket: Ticket,
    shown: Partial<Ticket> | null,
    call: () => Promise<Reply>,
  ): Promise<Reply | null> {
    const overlayId = shown && this.store.overlay(ticket.id, shown);
    try {
      const reply = await call();
      if (overlayId !== null) this.store.confirm(overlayId, reply.seq);
      return reply;
    } catch (error) {
      if (overlayId !== null) this.store.withdraw(overlayId);
      this.#tell(ticket, error);
      return null;
    }
  }

  /** An edit, and the version that it was made on: the one that was seen, or the one that one's own edit before it came to. */
  async #editOn(ticket: Ticket, patch: TicketPatch): Promise<{ readonly reply: TicketReply; readonly base: number }> {
    const { id: ticketId, version } = ticket;
    const before = this.#edits.get(ticketId) ?? Promise.resolve(0);
    // Not after the one before: the queue keeps both, and knows that the later one is made on the earlier.
    const editing = this.client.tickets.update({ ticketId, patch }, { seen: ticket });
    const coming = editing.then(
      (reply) => reply.version,
      () => 0,
    );
    this.#edits.set(ticketId, coming);
    void coming.then(() => this.#edits.get(ticketId) === coming && this.#edits.delete(ticketId));
    const [reply, edited] = await Promise.all([editing, before]);
    return { reply, base: Math.max(edited, version) };
  }

  /** Refused when one of the fields was changed again after `version`; closing, also when somebody took the ticket. */
  async #takeBack(ticket: Ticket, patch: TicketPatch, version: number, base: number): Promise<void> {
    const { id: ticketId, assignees } = ticket;
    const back = patchBack(patch, ticket);
    if (back.status === 'CLOSED') await demandHolders(this.client, ticketId, []);
    const expectedVersion = this.#returned.get(`${ticketId} ${version}`) ?? version;
    const reply = await this.client.tickets.update({ ticketId, patch: back, expectedVersion });
    this.#returned.set(`${ticketId} ${base}`, reply.version);
    if (patch.status === 'CLOSED') await giveBack(this.client, ticketId, assignees, []);
  }

  readonly #end = (assignmentId: string) => this.client.removeAssignment({ assignmentId });
  readonly #nameOf = ({ id, name }: Person) => (id === this.viewer.user.id ? 'you' : name);

  #offer({ id, key }: Ticket, text: string, undo: () => Promise<unknown>): void {
    const why = (error: unknown) => {
      letGo(this.client, id);
      return error instanceof Overtaken ? `${key} has changed hands since.` : explain(error, key);
    };
    this.undo.offer({ text, undo, explain: why });
  }

  /** Two who want different things of one field: a choice where the ticket is open, else among what is not saved. */
  #tell({ id, key }: Ticket, error: unknown): void {
    const conflict = conflictOf(id, error);
    if (this.conflicts.show(conflict)) letGo(this.client, id);
    else if (!conflict || !isQueued(this.client, id)) this.toasts.show('error', explain(error, key));
  }
}

/** Spaces alone are no reason. */
export const given = (reason: string | undefined) => (reason?.trim() ? { reason: reason.trim() } : {});
const holds = (ticket: Ticket, userId: string) => ticket.assignees.some((assignee) => assignee.userId === userId);
