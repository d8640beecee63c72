import { Conversation } from '../../db/models/Conversation.js';
import { ConversationMember } from '../../db/models/ConversationMember.js';
import { insertRow, sendRows, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import type { ConversationRow } from './conversations.present.js';

export const insertChannel = insertRow(
  Conversation,
  ['id', 'kind', 'projectId', 'name', 'description', 'isPrivate', 'createdBy', 'createdAt', 'updatedAt'],
  { kind: 'insertChannel' },
);
export const updateConversation = updateRow(Conversation, [
  'name',
  'description',
  'archivedAt',
  'version',
  'updatedAt',
]);

const insertMembership = insertRow(ConversationMember, ['id', 'conversationId', 'userId', 'createdAt', 'updatedAt']);

/**
 * A conversation in the audit log. What a private channel says of itself is for its members alone, not for administrators: only that
 * there is one is said.
 */
export const conversationEntry = ({ id, projectId }: Pick<ConversationRow, 'id' | 'projectId'>) =>
  ({ entity: 'CONVERSATION', entityId: id, projectId }) as const;
export function conversationFields(row: ConversationRow): Partial<ConversationRow> {
  const { kind, isPrivate, createdBy, archivedAt } = row;
  return isPrivate ? { kind, isPrivate, createdBy, archivedAt } : row;
}

/** That somebody came into a channel, or is in it no longer, in the audit log: the person, as of a project. */
export function auditMember(
  unit: UnitOfWork,
  { id, projectId }: Pick<ConversationRow, 'id' | 'projectId'>,
  userId: string,
  action: 'CREATED' | 'DELETED',
): void {
  const member = { conversationId: id, userId };
  const shown = action === 'CREATED' ? { after: member } : { before: member };
  unit.record.audit({ entity: 'CONVERSATION_MEMBER', entityId: userId, projectId, action, ...shown });
}

/** They are members from now on, and were not before. */
export function insertMembers(unit: UnitOfWork, conversationId: string, userIds: readonly string[]): void {
  const common = { conversationId, createdAt: unit.at, updatedAt: unit.at };
  sendRows(
    unit,
    insertMembership,
    userIds.map((userId) => ({ ...common, id: newId(), userId })),
  );
}

type Channel = Pick<ConversationRow, 'id' | 'name' | 'projectId'>;

/** Tells a person that they came into a channel, or are in it no longer; with that their access to it is looked at anew. */
export const notifyMember = (
  unit: UnitOfWork,
  type: 'conversation.joined' | 'conversation.left',
  { id, name, projectId }: Channel,
  userId: string,
): void =>
  unit.record.notify({
    userId,
    type,
    projectId,
    ticketId: null,
    talk: { conversationId: id, messageId: null, membersOnly: false },
    payload: { conversation: { id, name } },
  });

const leaveProject = statement(
  'conversations.leaveProject',
  `DELETE FROM conversation_members WHERE user_id = $2
     AND conversation_id IN (SELECT id FROM conversations WHERE project_id = $1 AND kind = 'CHANNEL')`,
);
const leaveForeign = statement(
  'conversations.leaveForeign',
  `DELETE FROM conversation_members WHERE user_id = $1 AND conversation_id IN (
     SELECT c.id FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'CHANNEL'
     WHERE m.user_id = $1 AND NOT EXISTS (SELECT 1 FROM project_members p
       WHERE p.project_id = c.project_id AND p.user_id = $1 AND p.role <> 'CUSTOMER'))`,
);

/** Ends a person's membership in the channels of a project that they leave; the command's own event in their stream says so. */
export const leaveChannelsOf = (unit: UnitOfWork, projectId: string, userId: string): void =>
  unit.send(leaveProject, [projectId, userId]);

/** The same wherever they are not staff, or are not any longer by what the transaction wrote so far. */
export const leaveForeignChannels = (unit: UnitOfWork, userId: string): void => unit.send(leaveForeign, [userId]);
