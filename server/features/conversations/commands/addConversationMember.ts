import type { z } from 'zod';
import type { ConversationMember, ConversationMemberInput } from '../../../../contract/conversation.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { findPeople } from '../../tickets/loadTicket.js';
import { canAddMember } from '../conversations.policy.js';
import { auditMember, insertMembers, notifyMember } from '../conversationWrites.js';
import { demandOpen, loadConversation } from '../loadConversation.js';
import { demandChannelPeople } from '../startChannel.js';

const findMember = statement(
  'conversations.member',
  'SELECT created_at FROM conversation_members WHERE conversation_id = $1 AND user_id = $2',
);

/**
 * Takes a person into a channel; of a private one they see from then on what was ever said in it. Somebody who is in it already stays
 * in it, and nothing is told.
 * @throws NOT_FOUND no such conversation for this actor; FORBIDDEN see `canAddMember`; BAD_INPUT the person cannot be in it; CONFLICT
 * the channel, or its project, is archived.
 */
export function addConversationMember(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ConversationMemberInput>,
): Promise<ConversationMember> {
  return inUnitOfWork(deps, { actor, procedure: 'conversations.members.add', input }, async (unit) => {
    const { userId } = input;
    const people = await findPeople(unit, [userId]);
    const held = await loadConversation(unit, actor, input.conversationId);
    const { row } = held;
    demand(canAddMember(row));
    demandOpen(held);
    await demandChannelPeople(unit, row.projectId ?? '', [userId], people, 'userId');
    const [known] = await unit.all<{ created_at: Date | string }>(findMember, [row.id, userId]);
    const since = known ? new Date(known.created_at) : unit.at;
    if (!known) {
      insertMembers(unit, row.id, [userId]);
      auditMember(unit, row, userId, 'CREATED');
      notifyMember(unit, 'conversation.joined', row, userId);
    }
    const name = people.get(userId)?.name ?? '';
    return { conversationId: row.id, userId, name, createdAt: since.toISOString() };
  });
}
