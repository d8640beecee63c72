import type { TicketStatus } from '../../../contract/ticket.js';

/** What the database says of a case's ticket. */
export interface CaseState {
  readonly ticketId: string;
  readonly status: TicketStatus;
  /** The main assignment that is active now. */
  readonly holding: { readonly assignmentId: string; readonly userId: string } | null;
  /** Who held it last, be it still or not. */
  readonly lastHolderId: string | null;
}

/** What a row of the log says: who is in charge (null: not said), and the status it means (null: the same as before). */
export interface RowMeaning {
  readonly personId: string | null;
  readonly status: TicketStatus | null;
}

/** Each step is one command; its kind is part of the command's idempotency key, so a row has each kind once at most. */
export type Step =
  | { readonly kind: 'create'; readonly status: TicketStatus; readonly personId: string | null }
  | { readonly kind: 'reopen'; readonly status: TicketStatus }
  | { readonly kind: 'hand'; readonly personId: string }
  | { readonly kind: 'status'; readonly status: TicketStatus };
export type StepKind = Step['kind'];

/**
 * The commands that make the ticket what the row says; none when it is so already. The person comes before the status,
 * for whoever resolves or closes a ticket holds it. Nobody can be given a closed ticket: it is opened first, and when the row
 * leaves it closed, only for the handover.
 */
export function planRow(state: CaseState | null, { personId, status }: RowMeaning): Step[] {
  if (!state) return planFirst(personId, status ?? 'OPEN');
  const wanted = status ?? state.status;
  const moved: Step[] = wanted === state.status ? [] : [{ kind: 'status', status: wanted }];
  if (personId === null) return moved;
  const hand: Step = { kind: 'hand', personId };
  if (state.status !== 'CLOSED') return state.holding?.userId === personId ? moved : [hand, ...moved];
  if (wanted !== 'CLOSED') return [...moved, hand];
  if (state.lastHolderId === personId) return [];
  return [{ kind: 'reopen', status: 'RESOLVED' }, hand, { kind: 'status', status: 'CLOSED' }];
}

/** A ticket that begins closed is closed by a second command, so that its holder is remembered. */
function planFirst(personId: string | null, status: TicketStatus): Step[] {
  if (status !== 'CLOSED' || personId === null) return [{ kind: 'create', status, personId }];
  return [
    { kind: 'create', status: 'RESOLVED', personId },
    { kind: 'status', status: 'CLOSED' },
  ];
}
