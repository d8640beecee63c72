import { limits } from '../../../contract/limits.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { ticketToFollow } from '../live/live.queries.js';

/**
 * Tells those who look at the ticket that the actor types, or has stopped. Nothing is written; saying it again is the same.
 * @throws NOT_FOUND no such ticket for this actor; TOO_MANY_REQUESTS
 */
export async function setPresence(
  deps: Deps,
  actor: Actor,
  { ticketId, typing }: { ticketId: string; typing: boolean },
): Promise<{ expiresInMs: number }> {
  const ticket = await ticketToFollow(deps, actor, ticketId);
  await deps.hub.presence.type(`ticket:${ticket.id}`, actor.userId, typing);
  return { expiresInMs: typing ? limits.typingMs : 0 };
}
