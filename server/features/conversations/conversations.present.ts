import type { Attributes } from 'sequelize';
import type { Conversation as Presented } from '../../../contract/conversation.js';
import type { Conversation } from '../../db/models/Conversation.js';

export type ConversationRow = Attributes<Conversation>;
/** Somebody who talks in a DIRECT conversation. */
export interface Participant {
  readonly id: string;
  readonly name: string;
}

export const presentConversation = (row: ConversationRow, participants: readonly Participant[]): Presented => ({
  id: row.id,
  kind: row.kind,
  projectId: row.projectId,
  name: row.name,
  description: row.description,
  isPrivate: row.isPrivate,
  participants: participants.map(({ id, name }) => ({ id, name })),
  createdBy: row.createdBy,
  archivedAt: row.archivedAt?.toISOString() ?? null,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
