import type { z } from 'zod';
import type { EditMessageInput, MessageReply } from '../../../../contract/message.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { numberIn, tell } from '../../conversations/conversationEvents.js';
import type { Deps } from '../../deps.js';
import { canEditMessage } from '../messages.policy.js';
import { concernedBy, tellOfEdit } from '../messageNews.js';
import { indexMessage, loadMessage, messageEntry, updateMessage } from '../messageWrites.js';
import { presentMessage } from '../messages.queries.js';

/**
 * Says something else in the place of a message. The same words change nothing and emit nothing.
 * @throws NOT_FOUND no such message for this actor; FORBIDDEN see `canEditMessage`; CONFLICT the conversation, or its project, is
 * archived.
 */
export function editMessage(deps: Deps, actor: Actor, input: z.output<typeof EditMessageInput>): Promise<MessageReply> {
  return inUnitOfWork(deps, { actor, procedure: 'messages.edit', input }, async (unit) => {
    const { message: before, held } = await loadMessage(unit, actor, input.messageId);
    demand(canEditMessage(actor, before));
    if (before.content === input.content) return { ...presentMessage(before), seq: null };
    const row = { ...before, content: input.content, isEdited: true, editedAt: unit.at, updatedAt: unit.at };
    const [concerned, seq] = await Promise.all([
      concernedBy(deps, unit, held, input.content, null),
      numberIn(unit, held),
    ]);
    unit.send(updateMessage.statement, updateMessage.values(row));
    indexMessage(unit, deps, held, row);
    unit.record.audit({ ...messageEntry(row, held), action: 'UPDATED' });
    const message = presentMessage(row);
    tell(unit, held, seq, 'message.updated', { message });
    tellOfEdit(unit, actor, held, [before, row], seq, concerned);
    return { ...message, seq };
  });
}
