import { useCallback, useSyncExternalStore } from 'react';
import type { OneTicketState } from '../index.js';
import { useBaton } from './BatonProvider.js';

const nothing: OneTicketState = { ticket: null, people: [], status: 'loading', error: null, isPending: false };

/** The ticket that `client.tickets.liveOne(ticketId)` keeps true, followed while the component is there. Staff are seen to have it open. */
export function useTicket(ticketId: string): OneTicketState {
  const { subscribe, getSnapshot } = useBaton().tickets.liveOne(ticketId);
  return useSyncExternalStore(subscribe, getSnapshot, () => nothing);
}

export interface Presence {
  readonly people: OneTicketState['people'];
  /** `client.presence.typing` for this ticket: call it at each keystroke. The same function each time. */
  readonly typing: (isTyping?: boolean) => void;
}

/** Who has a ticket open and who types there, oneself included: part of `useTicket`, drawn anew only when people come, go or type. */
export function usePresence(ticketId: string): Presence {
  const client = useBaton();
  const { subscribe, getSnapshot } = client.tickets.liveOne(ticketId);
  const people = useSyncExternalStore(
    subscribe,
    () => getSnapshot().people,
    () => nothing.people,
  );
  const typing = useCallback((isTyping?: boolean) => client.presence.typing(ticketId, isTyping), [client, ticketId]);
  return { people, typing };
}
