import type { ConversationReply, CreateConversationInput } from '../../../../contract/conversation.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { openDirect } from '../openDirect.js';
import { startChannel } from '../startChannel.js';

/**
 * Makes a channel, whose maker is in it, or the direct conversation of some people: there is one of each set of them, and asking for
 * it again gives the same.
 * @throws NOT_FOUND no such project, or person, for this actor; FORBIDDEN see `canCreateChannel`; BAD_INPUT somebody cannot be
 * in it; CONFLICT the project is archived.
 */
export function createConversation(
  deps: Deps,
  actor: Actor,
  input: CreateConversationInput,
): Promise<ConversationReply> {
  return inUnitOfWork(deps, { actor, procedure: 'conversations.create', input }, (unit) => {
    const { projectId, name, description = '', isPrivate = false } = input;
    const others = [...new Set(input.memberIds)].filter((id) => id !== actor.userId);
    if (projectId === undefined || name === undefined) return openDirect(unit, actor, others);
    return startChannel(unit, actor, { projectId, name, description, isPrivate }, others);
  });
}
