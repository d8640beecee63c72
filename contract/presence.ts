import { z } from 'zod';
import { Id, mutationInput } from './text.js';

/** Says that the caller types, or no longer does, at a ticket or in a conversation; without being said again it ends after `limits.typingMs`. */
export const SetPresenceInput = mutationInput({
  ticketId: Id.optional(),
  conversationId: Id.optional(),
  typing: z.boolean(),
}).refine(
  ({ ticketId, conversationId }) => (ticketId === undefined) !== (conversationId === undefined),
  'either ticketId or conversationId',
);
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
