import type { z } from 'zod';
import type { ConversationMember, ConversationMemberInput } from '../../../../contract/conversation.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { canRemoveMember } from '../conversations.policy.js';
import { auditMember, notifyMember } from '../conversationWrites.js';
import { loadConversation } from '../loadConversation.js';

const findMember = statement(
  'conversations.memberToRemove',
  `SELECT m.created_at, u.name FROM conversation_members m JOIN users u ON u.id = m.user_id
   WHERE m.conversation_id = $1 AND m.user_id = $2`,
);
const deleteMember = statement(
  'conversations.removeMember',
  'DELETE FROM conversation_members WHERE conversation_id = $1 AND user_id = $2',
);

/**
 * Takes a person out of a channel, or leaves it: open streams of a private one end at once. Answers with the member as they were.
 * @throws NOT_FOUND no such conversation for this actor, or no such member; FORBIDDEN see `canRemoveMember`; CONFLICT the project is
 * archived.
 */
export function removeConversationMember(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ConversationMemberInput>,
): Promise<ConversationMember> {
  return inUnitOfWork(deps, { actor, procedure: 'conversations.members.remove', input }, async (unit) => {
    const { userId } = input;
    const { row, standing } = await loadConversation(unit, actor, input.conversationId);
    demand(canRemoveMember(actor, standing, row, userId));
    const [member] = await unit.all<{ created_at: Date | string; name: string }>(findMember, [row.id, userId]);
    if (!member) throw notFound('member');
    unit.send(deleteMember, [row.id, userId]);
    auditMember(unit, row, userId, 'DELETED');
    notifyMember(unit, 'conversation.left', row, userId);
    const createdAt = new Date(member.created_at).toISOString();
    return { conversationId: row.id, userId, name: member.name, createdAt };
  });
}
