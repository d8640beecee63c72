import type { z } from 'zod';
import type {
  ConversationDetail,
  ConversationMember,
  GetConversationInput,
  ListConversationMembersInput,
} from '../../../contract/conversation.js';
import type { ProjectRole } from '../../../contract/project.js';
import { MemberSort, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Conversation } from '../../db/models/Conversation.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor, Standing } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { groupBy } from '../../kernel/groupBy.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, sortedList, word } from '../sortedList.js';
import { canSeeConversation } from './conversations.policy.js';
import { presentConversation, type ConversationRow, type Participant } from './conversations.present.js';
import { readingOf } from './reading.queries.js';

export interface SeenConversation {
  readonly row: ConversationRow;
  readonly standing: Standing;
  readonly isMember: boolean;
  /** The ticket whose conversation it is. */
  readonly ticketId: string | null;
  readonly isProjectArchived: boolean;
}

const byId = statement(
  'conversations.byId',
  `SELECT c.*, m.user_id AS member_id, pm.role AS actor_role, p.is_archived AS project_archived,
     t.id AS ticket_id, t.reporter_id
   FROM conversations c
   LEFT JOIN conversation_members m ON m.conversation_id = c.id AND m.user_id = $2
   LEFT JOIN projects p ON p.id = c.project_id
   LEFT JOIN project_members pm ON pm.project_id = c.project_id AND pm.user_id = $2
   LEFT JOIN tickets t ON t.conversation_id = c.id AND c.kind = 'TICKET'
   WHERE c.id = $1`,
);
interface Found {
  readonly member_id: string | null;
  readonly actor_role: ProjectRole | null;
  readonly project_archived: boolean | number | null;
  readonly ticket_id: string | null;
  readonly reporter_id: string | null;
}

/** The conversation as a read, null when there is none or it is not for the actor. */
export async function findConversation(
  all: RunStatement,
  actor: Actor,
  conversationId: string,
): Promise<SeenConversation | null> {
  const [raw] = await all<Found>(byId, [conversationId, actor.userId]);
  if (!raw) return null;
  const { member_id, actor_role, project_archived, ticket_id: ticketId, reporter_id: reporterId, ...columns } = raw;
  const row: ConversationRow = decodeRow(Conversation, columns);
  const standing: Standing = { role: actor.role, projectRole: actor_role };
  const isMember = member_id !== null;
  if (!canSeeConversation(actor, standing, { ...row, isMember, reporterId })) return null;
  return { row, standing, isMember, ticketId, isProjectArchived: Boolean(project_archived) };
}

/** @throws NOT_FOUND missing or foreign. */
export async function seeConversation(
  all: RunStatement,
  actor: Actor,
  conversationId: string,
): Promise<SeenConversation> {
  const found = await findConversation(all, actor, conversationId);
  if (!found) throw notFound('conversation');
  return found;
}

const talking = statement(
  'conversations.participants',
  (d) => `SELECT m.conversation_id, u.id, u.name FROM conversation_members m
   JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'DIRECT' JOIN users u ON u.id = m.user_id
   WHERE ${d.anyOf('m.conversation_id', '$1')} ORDER BY u.name, u.id`,
);

/** Who talk in those of these conversations that are DIRECT. */
export async function participantsOf(
  all: RunStatement,
  rows: readonly ConversationRow[],
): Promise<ReadonlyMap<string, readonly Participant[]>> {
  const ids = rows.filter(({ kind }) => kind === 'DIRECT').map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const people = await all<Participant & { conversation_id: string }>(talking, [ids]);
  return groupBy(people, ({ conversation_id }) => conversation_id);
}

const countMembers = statement(
  'conversations.memberCount',
  'SELECT CAST(count(*) AS INTEGER) AS n FROM conversation_members WHERE conversation_id = $1',
);

/** @throws NOT_FOUND no such conversation for this actor. */
export async function getConversation(
  db: Database,
  actor: Actor,
  { conversationId }: z.output<typeof GetConversationInput>,
): Promise<ConversationDetail> {
  const { row, isMember, ticketId } = await seeConversation(db.all, actor, conversationId);
  const [participants, [count], reading] = await Promise.all([
    participantsOf(db.all, [row]),
    db.all<{ n: number }>(countMembers, [row.id]),
    readingOf(db.all, actor.userId, [row.id]),
  ]);
  const conversation = presentConversation(row, participants.get(row.id) ?? []);
  return { ...conversation, ...reading(row.id), ticketId, memberCount: count?.n ?? 0, isMember };
}

const listed = sortedList(
  'conversations.members',
  MemberSort,
  {
    name: [word('u.name', 'name'), madeAs('m.user_id', 'userId')],
    createdAt: [moment('m.created_at', 'createdAt'), madeAs('m.user_id', 'userId')],
  },
  2,
  ({
    after,
    orderBy,
  }) => `SELECT m.conversation_id, m.user_id, m.created_at, u.name FROM conversation_members m JOIN users u ON u.id = m.user_id
   WHERE m.conversation_id = $1 AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);

/** Who is in a channel or a direct conversation. @throws NOT_FOUND no such conversation for this actor. */
export async function listConversationMembers(
  db: Database,
  actor: Actor,
  { conversationId, sort, limit, cursor }: z.output<typeof ListConversationMembersInput>,
): Promise<Page<ConversationMember>> {
  const { row } = await seeConversation(db.all, actor, conversationId);
  const { statement: asked, values, cursorOf } = listed(sort, cursor);
  type Row = { conversation_id: string; user_id: string; created_at: Date | string; name: string };
  const rows = await db.all<Row>(asked, [row.id, limit + 1, ...values]);
  const members = rows.map(({ conversation_id, user_id, created_at, name }) => ({
    conversationId: conversation_id,
    userId: user_id,
    name,
    createdAt: new Date(created_at).toISOString(),
  }));
  return toPage(members, limit, cursorOf, (member) => member);
}
