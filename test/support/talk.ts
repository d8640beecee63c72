import type { z } from 'zod';
import { CreateConversationInput, type ConversationReply } from '../../contract/conversation.js';
import { PostMessageInput, type MessageReply } from '../../contract/message.js';
import { createConversation } from '../../server/features/conversations/commands/createConversation.js';
import { postMessage } from '../../server/features/messages/commands/postMessage.js';
import type { Actor } from '../../server/kernel/actor.js';
import { parsed, type TicketWorld } from './ticketWorld.js';
import type { World } from './world.js';

type Draft = Partial<z.input<typeof CreateConversationInput>>;

/** A channel of the world's project, made by Ann unless `actor` is named. */
export const aChannel = (
  world: TicketWorld,
  draft: Draft = {},
  actor: Actor = world.ann,
): Promise<ConversationReply> => {
  const input = { kind: 'CHANNEL', projectId: world.project.id, name: 'A channel', ...draft } as const;
  return createConversation(world.deps, actor, parsed(CreateConversationInput, input));
};

/** One for its members alone. */
export const aPrivateChannel = (world: TicketWorld, members: readonly Actor[], draft: Draft = {}, actor?: Actor) =>
  aChannel(world, { isPrivate: true, memberIds: members.map(({ userId }) => userId), ...draft }, actor);

export const directly = ({ deps }: World, actor: Actor, ...others: readonly Actor[]): Promise<ConversationReply> => {
  const memberIds = others.map(({ userId }) => userId);
  return createConversation(deps, actor, parsed(CreateConversationInput, { kind: 'DIRECT', memberIds }));
};

export const say = (
  { deps }: World,
  actor: Actor,
  conversation: { readonly id: string },
  content = 'Words',
  more: { parentId?: string } = {},
): Promise<MessageReply> =>
  postMessage(deps, actor, parsed(PostMessageInput, { conversationId: conversation.id, content, ...more }));
