import type { User } from '../../../contract/user.js';
import { creationOf } from './creations.js';
import { guessOf } from './guesses.js';
import type { Overlay, Shown } from './overlay.js';

export interface Preview extends Shown {
  readonly ticketId: string;
}

/** Shows from now on what a mutation will make of a ticket. Null: nothing can be told of this call. */
export function preview(overlay: Overlay, path: string, input: unknown, me: User | null, at: string): Preview | null {
  const guess = guessOf(path, input, me);
  if (guess) return { ticketId: guess.ticketId, ...overlay.show(guess) };
  const ticket = creationOf(path, input, me, at);
  return ticket && { ticketId: ticket.id, ...overlay.create(ticket) };
}
