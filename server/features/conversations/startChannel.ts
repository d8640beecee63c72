import type { ConversationReply } from '../../../contract/conversation.js';
import type { ProjectRole } from '../../../contract/project.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { lockProject } from '../projects/memberships.js';
import { findPeople, type Person } from '../tickets/loadTicket.js';
import { canCreateChannel, channelProblem } from './conversations.policy.js';
import { presentConversation, type ConversationRow } from './conversations.present.js';
import {
  auditMember,
  conversationEntry,
  conversationFields,
  insertChannel,
  insertMembers,
  notifyMember,
} from './conversationWrites.js';

const rolesOf = statement(
  'conversations.rolesOf',
  (d) => `SELECT user_id, role FROM project_members WHERE project_id = $1 AND ${d.anyOf('user_id', '$2')}`,
);

/** People whose rows are held. @throws BAD_INPUT one of them cannot be in a channel of this project, or is nobody. */
export async function demandChannelPeople(
  unit: UnitOfWork,
  projectId: string,
  userIds: readonly string[],
  people: ReadonlyMap<string, Person>,
  field: string,
): Promise<void> {
  const rows = await unit.all<{ user_id: string; role: ProjectRole }>(rolesOf, [projectId, userIds]);
  const roleOf = new Map(rows.map(({ user_id, role }) => [user_id, role]));
  for (const id of userIds) {
    const person = people.get(id) ?? ({ role: 'CUSTOMER', active: false } as const);
    const problem = channelProblem({ ...person, projectRole: roleOf.get(id) ?? null });
    if (problem !== null) throw new AppError('BAD_INPUT', problem, { field });
  }
}

type Asked = Pick<ConversationRow, 'description' | 'isPrivate'> & {
  readonly projectId: string;
  readonly name: string;
};

/** Makes a channel with these people in it, and its maker. */
export async function startChannel(
  unit: UnitOfWork,
  actor: Actor,
  asked: Asked,
  others: readonly string[],
): Promise<ConversationReply> {
  const people = await findPeople(unit, others);
  const { project, standing } = await lockProject(unit, actor, asked.projectId);
  demand(canCreateChannel(standing));
  if (project.isArchived) throw new AppError('CONFLICT', 'The project is archived.', { projectId: project.id });
  await demandChannelPeople(unit, project.id, others, people, 'memberIds');
  const row: ConversationRow = {
    ...asked,
    id: newId(),
    kind: 'CHANNEL',
    createdBy: actor.userId,
    archivedAt: null,
    membersKey: null,
    version: 1,
    createdAt: unit.at,
    updatedAt: unit.at,
  };
  const { seq } = await unit.record.number(project.id, { events: 1 });
  unit.send(insertChannel.statement, insertChannel.values(row));
  const members = [actor.userId, ...others];
  insertMembers(unit, row.id, members);
  unit.record.audit({ ...conversationEntry(row), action: 'CREATED', after: conversationFields(row) });
  for (const userId of members) auditMember(unit, row, userId, 'CREATED');
  const conversation = presentConversation(row, []);
  unit.record.append({
    seq,
    projectId: project.id,
    type: 'conversation.created',
    ticketId: null,
    audience: 'TEAM',
    reporterId: null,
    talk: { conversationId: row.id, messageId: null, membersOnly: row.isPrivate },
    payload: { conversation },
  });
  for (const userId of members) notifyMember(unit, 'conversation.joined', row, userId);
  return { ...conversation, seq };
}
