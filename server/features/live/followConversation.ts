import type { Actor } from '../../kernel/actor.js';
import type { Follow } from '../../realtime/follow.js';
import type { FollowRequest } from '../../realtime/followSource.js';
import type { Deps } from '../deps.js';
import { conversationToFollow } from './conversation.queries.js';
import { followTicket } from './followTicket.js';

/**
 * What is said in a conversation and, unless `isPresent` is false, who has it open and types. That of a ticket goes with the
 * ticket into another project, as the stream of the ticket does.
 * @throws NOT_FOUND no such conversation for this actor.
 */
export async function followConversation(
  deps: Deps,
  actor: Actor,
  conversationId: string,
  request: FollowRequest,
  isPresent: boolean,
): Promise<Follow> {
  const place = await conversationToFollow(deps, actor, conversationId);
  const visitor = isPresent ? { id: actor.userId, name: actor.name } : null;
  switch (place.kind) {
    case 'TICKET':
      return followTicket(deps, actor, place.ticketId, request, isPresent, conversationId);
    case 'CHANNEL':
      return deps.hub.followChannel(place.channel, request, visitor);
    case 'DIRECT':
      return deps.hub.followDirect(conversationId, request, visitor);
  }
}
