import { priorityNames, statusNames } from '../model.js';
import type { BatonClient, Priority, Ticket, TicketPatch, TicketStatus } from '../sdk.js';
import { given, type Person } from '../board/boardActions.js';

export type Undo = () => Promise<unknown>;

/** One thing that is done to many tickets, ticket by ticket. */
export interface BulkChange {
  /** What was done, for a sentence that begins with "3 tickets". */
  readonly text: string;
  /** Returns what takes it back; null when the ticket was so already. */
  readonly apply: (client: BatonClient, ticket: Ticket) => Promise<Undo | null>;
}

export const ticketsText = (count: number): string => `${count} ${count === 1 ? 'ticket' : 'tickets'}`;

export const moveAll = (status: TicketStatus): BulkChange => patchAll(`moved to ${statusNames[status]}`, { status });
export const prioritiseAll = (priority: Priority): BulkChange =>
  patchAll(`set to ${priorityNames[priority].toLowerCase()} priority`, { priority });

/** Refused for a ticket whose same field somebody changed a moment earlier, and so is taking it back. */
function patchAll(text: string, patch: Pick<TicketPatch, 'status' | 'priority'>): BulkChange {
  return {
    text,
    apply: async (client, ticket) => {
      const { id: ticketId, version: expectedVersion, status, priority } = ticket;
      const before = patch.status ? { status } : { priority };
      if (before.status === patch.status && before.priority === patch.priority) return null;
      const { version } = await client.tickets.update({ ticketId, patch, expectedVersion });
      return async () => {
        await client.tickets.update({ ticketId, patch: before, expectedVersion: version });
        if (patch.status === 'CLOSED') await giveBack(client, ticket);
      };
    },
  };
}

/** Who holds a ticket passes it on; one that nobody holds is given. */
export function assignAll(person: Person): BulkChange {
  return {
    text: `given to ${person.name}`,
    apply: async (client, ticket) => {
      const from = ticket.assignees.find(({ isPrimary }) => isPrimary);
      if (from?.userId === person.id) return null;
      if (!from) {
        const { id } = await client.assignments.assign({ ticketId: ticket.id, assigneeId: person.id });
        return () => client.removeAssignment({ assignmentId: id });
      }
      const { id } = await client.reassignTicket({ assignmentId: from.assignmentId, newAssigneeId: person.id });
      return () => client.reassignTicket({ assignmentId: id, newAssigneeId: from.userId });
    },
  };
}

export const deleteAll = (reason: string): BulkChange => ({
  text: 'deleted',
  apply: async (client, ticket) => {
    await client.tickets.delete({ ticketId: ticket.id, ...given(reason) });
    return async () => {
      await client.tickets.restore({ ticketId: ticket.id });
      await giveBack(client, ticket);
    };
  },
});

/** Closing and deleting end all holding; the primary holder comes first, since the first is primary by rule. */
async function giveBack(client: BatonClient, { id: ticketId, assignees }: Ticket): Promise<void> {
  for (const { userId } of assignees.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary)))
    await client.assignments.assign({ ticketId, assigneeId: userId });
}
