import type { z } from 'zod';
import type { ArchiveConversationInput, ConversationReply } from '../../../../contract/conversation.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { numberIn, tell } from '../conversationEvents.js';
import { canManageChannel } from '../conversations.policy.js';
import { presentConversation } from '../conversations.present.js';
import {
  conversationEntry,
  conversationFields,
  updateConversation as writeConversation,
} from '../conversationWrites.js';
import { loadConversation } from '../loadConversation.js';

/**
 * Puts a channel away, or takes it out again: what was said stays readable, and nothing more is said. Repeated, it changes nothing.
 * @throws NOT_FOUND no such conversation for this actor; FORBIDDEN see `canManageChannel`; CONFLICT the project is archived.
 */
export function archiveConversation(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ArchiveConversationInput>,
): Promise<ConversationReply> {
  return inUnitOfWork(deps, { actor, procedure: 'conversations.archive', input }, async (unit) => {
    const held = await loadConversation(unit, actor, input.conversationId);
    const { row: before, standing } = held;
    demand(canManageChannel(actor, standing, before));
    if ((before.archivedAt !== null) === input.archived) return { ...presentConversation(before, []), seq: null };
    const archivedAt = input.archived ? unit.at : null;
    const row = { ...before, archivedAt, version: before.version + 1, updatedAt: unit.at };
    const seq = await numberIn(unit, held);
    unit.send(writeConversation.statement, writeConversation.values(row));
    unit.record.audit({
      ...conversationEntry(row),
      action: input.archived ? 'ARCHIVED' : 'UNARCHIVED',
      before: conversationFields(before),
      after: conversationFields(row),
    });
    const conversation = presentConversation(row, []);
    tell(unit, held, seq, 'conversation.archived', { conversation });
    return { ...conversation, seq };
  });
}
