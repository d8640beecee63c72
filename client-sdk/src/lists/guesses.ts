import type { Ticket, TicketPatch } from '../../../contract/ticket.js';
import type { User } from '../../../contract/user.js';

/** What a mutation will make of one ticket, told before the server has answered. Null: the ticket will be gone. */
export interface Guess {
  readonly ticketId: string;
  readonly apply: (ticket: Ticket) => Ticket | null;
}

/** Only what will be so if the mutation is done at all; what else the server makes of it is not guessed. */
type Guesses = Readonly<Record<string, (input: never, me: User | null) => Guess | null>>;

/** A custom field that is null is taken away. */
export const given = (fields: Ticket['customFields']): Ticket['customFields'] =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const patched = (ticket: Ticket, patch: TicketPatch): Ticket => ({
  ...ticket,
  ...(Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<Ticket>),
  customFields: given({ ...ticket.customFields, ...patch.customFields }),
});

const held = (ticket: Ticket, assigneeId: string): Ticket => ({
  ...ticket,
  assigneeId,
  assignmentState: ticket.assignmentState === 'PENDING' ? 'ASSIGNED' : ticket.assignmentState,
});

const guesses: Guesses = {
  'tickets.update': ({ ticketId, patch }: { ticketId: string; patch: TicketPatch }) => ({
    ticketId,
    apply: (ticket) => patched(ticket, patch),
  }),
  'tickets.delete': ({ ticketId }: { ticketId: string }) => ({ ticketId, apply: () => null }),
  'tasks.update': ({ taskId, patch }: { taskId: string; patch: TicketPatch }) => ({
    ticketId: taskId,
    apply: (ticket) => patched(ticket, patch),
  }),
  'tasks.delete': ({ taskId }: { taskId: string }) => ({ ticketId: taskId, apply: () => null }),
  'assignments.claim': ({ ticketId }: { ticketId: string }, me) =>
    me && { ticketId, apply: (ticket) => held(ticket, me.id) },
  'assignments.assign': (input: { ticketId: string; assigneeId: string; primary?: boolean | undefined }) => ({
    ticketId: input.ticketId,
    // Who comes second does not become the one it is assigned to, unless told.
    apply: (ticket) => {
      const isPrimary = input.primary ?? ticket.assigneeId === null;
      return isPrimary ? held(ticket, input.assigneeId) : ticket;
    },
  }),
};

/** Null: nothing can be told of this call. */
export function guessOf(path: string, input: unknown, me: User | null): Guess | null {
  if (!Object.hasOwn(guesses, path) || typeof input !== 'object' || input === null) return null;
  return guesses[path]?.(input as never, me) ?? null;
}
