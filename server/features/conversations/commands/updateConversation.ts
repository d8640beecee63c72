import type { z } from 'zod';
import type { ConversationReply, UpdateConversationInput } from '../../../../contract/conversation.js';
import type { Changes } from '../../../../contract/event.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { numberIn, tell } from '../conversationEvents.js';
import { canManageChannel } from '../conversations.policy.js';
import { presentConversation, type ConversationRow } from '../conversations.present.js';
import {
  conversationEntry,
  conversationFields,
  updateConversation as writeConversation,
} from '../conversationWrites.js';
import { loadConversation } from '../loadConversation.js';

type Input = z.output<typeof UpdateConversationInput>;

/**
 * Changes what a channel says of itself. Whether it is private was decided when it was made: what was said among its members stays
 * among them. Values that it has already change nothing and emit nothing.
 * @throws NOT_FOUND no such conversation for this actor; FORBIDDEN see `canManageChannel`; CONFLICT `expectedVersion` is stale, or the
 * project is archived.
 */
export function updateConversation(deps: Deps, actor: Actor, input: Input): Promise<ConversationReply> {
  return inUnitOfWork(deps, { actor, procedure: 'conversations.update', input }, async (unit) => {
    const held = await loadConversation(unit, actor, input.conversationId);
    const { row: before, standing } = held;
    demand(canManageChannel(actor, standing, before));
    demandVersion(before, input.expectedVersion, 'channel');
    const changes = changesOf(before, input.patch);
    if (Object.keys(changes).length === 0) return { ...presentConversation(before, []), seq: null };
    const row: ConversationRow = {
      ...before,
      name: input.patch.name ?? before.name,
      description: input.patch.description ?? before.description,
      version: before.version + 1,
      updatedAt: unit.at,
    };
    const seq = await numberIn(unit, held);
    unit.send(writeConversation.statement, writeConversation.values(row));
    const shown = row.isPrivate ? {} : { before: conversationFields(before), after: conversationFields(row) };
    unit.record.audit({ ...conversationEntry(row), action: 'UPDATED', ...shown });
    const conversation = presentConversation(row, []);
    tell(unit, held, seq, 'conversation.updated', { conversation, changes });
    return { ...conversation, seq };
  });
}

function changesOf(before: ConversationRow, patch: Input['patch']): Changes {
  const changed = (field: 'name' | 'description') => {
    const after = patch[field];
    return after === undefined || after === before[field] ? {} : { [field]: { before: before[field], after } };
  };
  return { ...changed('name'), ...changed('description') };
}
