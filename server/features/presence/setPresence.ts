import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import type { SetPresenceInput } from '../../../contract/presence.js';
import type { Actor } from '../../kernel/actor.js';
import type { Place } from '../../realtime/presence/presence.js';
import type { Deps } from '../deps.js';
import { conversationToFollow } from '../live/conversation.queries.js';
import { ticketToFollow } from '../live/live.queries.js';

/**
 * Tells those who look at the ticket, or at the conversation, that the actor types, or has stopped. Nothing is written; saying it again
 * is the same.
 * @throws NOT_FOUND no such ticket, or conversation, for this actor; TOO_MANY_REQUESTS
 */
export async function setPresence(
  deps: Deps,
  actor: Actor,
  { typing, ...where }: z.output<typeof SetPresenceInput>,
): Promise<{ expiresInMs: number }> {
  await deps.hub.presence.type(await placeOf(deps, actor, where), actor.userId, typing);
  return { expiresInMs: typing ? limits.typingMs : 0 };
}

async function placeOf(
  deps: Deps,
  actor: Actor,
  { ticketId, conversationId = '' }: { ticketId?: string | undefined; conversationId?: string | undefined },
): Promise<Place> {
  if (ticketId !== undefined) return `ticket:${(await ticketToFollow(deps, actor, ticketId)).id}`;
  await conversationToFollow(deps, actor, conversationId);
  return `conversation:${conversationId}`;
}
