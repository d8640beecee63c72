import { z } from 'zod';
import { conversationKinds } from './enums.js';
import {
  count,
  ExpectedVersion,
  Id,
  Instant,
  listInput,
  longText,
  MemberSort,
  mutationInput,
  OldestFirst,
  page,
  text,
} from './text.js';
import { limits } from './limits.js';

export { conversationKinds };
export const ConversationKind = z.enum(conversationKinds);
export type ConversationKind = z.infer<typeof ConversationKind>;

/** Somebody in a conversation. */
export const ConversationMember = z.object({ conversationId: Id, userId: Id, name: z.string(), createdAt: Instant });
export type ConversationMember = z.infer<typeof ConversationMember>;

export const Conversation = z.object({
  id: Id,
  kind: ConversationKind,
  /** Null for DIRECT. */
  projectId: Id.nullable(),
  name: z.string().nullable(),
  description: z.string(),
  isPrivate: z.boolean(),
  /** All who talk in it, of DIRECT; of the other kinds nobody is named here. */
  participants: z.array(z.object({ id: Id, name: z.string() })),
  createdBy: Id.nullable(),
  archivedAt: Instant.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Conversation = z.infer<typeof Conversation>;
const reading = {
  /** When something was said last. */
  lastMessageAt: Instant.nullable(),
  /** Up to and with this one the caller has read. */
  lastReadMessageId: Id.nullable(),
  /** What others wrote since; it looks at the newest `limits.unreadCountMax`. */
  unreadCount: count,
};
const ConversationReading = z.object(reading);
export type ConversationReading = z.infer<typeof ConversationReading>;
const ListedConversation = Conversation.extend(reading);
export type ListedConversation = z.infer<typeof ListedConversation>;
/** `ticketId`: of which it is the conversation, for the kind TICKET. */
export const ConversationDetail = ListedConversation.extend({
  ticketId: Id.nullable(),
  memberCount: z.int(),
  isMember: z.boolean(),
});
export type ConversationDetail = z.infer<typeof ConversationDetail>;
/** `seq` is that of the event in the project; DIRECT conversations are told in the streams of those who talk, and have none. */
export const ConversationReply = Conversation.extend({ seq: z.int().nullable() });
export type ConversationReply = z.infer<typeof ConversationReply>;

const fields = { name: text(limits.nameLength), description: longText() };

/** The channels of a project that the caller may see; without one, the channels and direct conversations they are in. */
export const ListConversationsInput = listInput({
  projectId: Id.optional(),
  archived: z.boolean().optional(),
  sort: OldestFirst,
});
export const ConversationPage = page(ListedConversation);
export const GetConversationInput = z.strictObject({ conversationId: Id });
/** CHANNEL takes `projectId`, `name`, `description`, `isPrivate`; both kinds take the others who are in it, without the caller. */
export const CreateConversationInput = mutationInput({
  kind: z.enum(['CHANNEL', 'DIRECT']),
  projectId: Id.optional(),
  name: fields.name.optional(),
  description: fields.description.optional(),
  isPrivate: z.boolean().optional(),
  memberIds: z.array(Id).max(limits.channelStartMax).default([]),
}).superRefine((input, context) => {
  const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (input.kind === 'CHANNEL') {
    if (input.projectId === undefined) wrong('projectId', 'a channel belongs to a project');
    if (input.name === undefined) wrong('name', 'a channel has a name');
    return;
  }
  for (const field of ['projectId', 'name', 'description', 'isPrivate'] as const)
    if (input[field] !== undefined) wrong(field, 'is of channels only');
  if (input.memberIds.length === 0) wrong('memberIds', 'somebody to talk to');
  if (input.memberIds.length >= limits.directPeople) wrong('memberIds', `${limits.directPeople} people at most`);
});
export type CreateConversationInput = z.output<typeof CreateConversationInput>;
export const UpdateConversationInput = mutationInput({
  conversationId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export const ArchiveConversationInput = mutationInput({ conversationId: Id, archived: z.boolean().default(true) });
/** `until`: the last message that was seen. */
export const MarkConversationReadInput = mutationInput({ conversationId: Id, until: Id });
export const ConversationMark = ConversationReading.extend({ conversationId: Id });
export type ConversationMark = z.infer<typeof ConversationMark>;
export const ListConversationMembersInput = listInput({ conversationId: Id, sort: MemberSort });
export const ConversationMemberPage = page(ConversationMember);
export const ConversationMemberInput = mutationInput({ conversationId: Id, userId: Id });
