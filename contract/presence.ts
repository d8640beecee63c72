import { z } from 'zod';
import { Id, mutationInput } from './text.js';

/** Says that the caller types, or no longer does; without being said again it ends after `limits.typingMs`. */
export const SetPresenceInput = mutationInput({ ticketId: Id, typing: z.boolean() });
export const SetPresenceReply = z.object({ expiresInMs: z.int() });

/** Somebody who has the place open now. */
export interface PresentPerson {
  id: string;
  name: string;
  typing: boolean;
}
/** Who is there now: the whole list, by name. Not an event, and not kept. */
export interface PresenceItem {
  kind: 'presence';
  people: readonly PresentPerson[];
}
