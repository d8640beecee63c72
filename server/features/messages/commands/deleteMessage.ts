import type { z } from 'zod';
import type { DeleteMessageInput, MessageReply } from '../../../../contract/message.js';
import { goneFor } from '../../../db/auditTrail.js';
import { messageIndex } from '../../../db/textIndex.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { numberIn, tell } from '../../conversations/conversationEvents.js';
import type { Deps } from '../../deps.js';
import { canDeleteMessage } from '../messages.policy.js';
import { loadMessage, messageEntry, updateMessage, withdrawMessage } from '../messageWrites.js';
import { presentMessage } from '../messages.queries.js';

/**
 * Takes a message back: its place stays, its words are shown to nobody, and no replay has them any more.
 * @throws NOT_FOUND no such message for this actor; FORBIDDEN see `canDeleteMessage`; CONFLICT the conversation, or its project, is
 * archived.
 */
export function deleteMessage(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteMessageInput>,
): Promise<MessageReply> {
  return inUnitOfWork(deps, { actor, procedure: 'messages.delete', input }, async (unit) => {
    const { message: before, held } = await loadMessage(unit, actor, input.messageId);
    const isDirect = held.row.kind === 'DIRECT';
    demand(canDeleteMessage(actor, held.standing, { authorId: before.authorId, isDirect }));
    await withdrawMessage(unit, before, held);
    const seq = await numberIn(unit, held);
    const gone = { deletedAt: unit.at, deletedBy: actor.userId, deleteReason: input.reason ?? null };
    const row = { ...before, ...gone, updatedAt: unit.at };
    unit.send(updateMessage.statement, updateMessage.values(row));
    messageIndex.drop(unit, deps.db.dialect, row.id);
    // An administrator reads the log, and does not see every conversation.
    const told = isDirect || held.row.isPrivate ? null : row.deleteReason;
    unit.record.audit({ ...messageEntry(row, held), action: 'DELETED', before, ...goneFor(told) });
    const message = presentMessage(row);
    tell(unit, held, seq, 'message.deleted', { message });
    return { ...message, seq };
  });
}
