import { createHash } from 'node:crypto';
import type { ConversationReply } from '../../../contract/conversation.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Conversation } from '../../db/models/Conversation.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { findPeople, type Person } from '../tickets/loadTicket.js';
import { presentConversation, type Participant } from './conversations.present.js';
import { conversationEntry, insertMembers } from './conversationWrites.js';

// Whoever makes the same at the same time is waited for, and theirs is the one.
const insertOnce = statement(
  'conversations.openDirect',
  `INSERT INTO conversations (id, kind, members_key, created_by, created_at, updated_at) VALUES ($1, 'DIRECT', $2, $3, $4, $4)
   ON CONFLICT DO NOTHING RETURNING id`,
);
const ofPeople = statement('conversations.byPeople', 'SELECT * FROM conversations WHERE members_key = $1');
// To a customer there is nobody but the teams of the projects they are in.
const teamOf = statement(
  'conversations.teamOfCustomer',
  (d) => `SELECT DISTINCT t.user_id FROM project_members m JOIN project_members t ON t.project_id = m.project_id
   WHERE m.user_id = $1 AND t.role <> 'CUSTOMER' AND ${d.anyOf('t.user_id', '$2')}`,
);

/** A set of people as one text. */
const membersKey = (ids: readonly string[]): string =>
  createHash('sha256').update(ids.toSorted().join(' ')).digest('hex');

/** The conversation of these people and the actor; made when there is none, which each of them is told in their own stream. */
export async function openDirect(
  unit: UnitOfWork,
  actor: Actor,
  others: readonly string[],
): Promise<ConversationReply> {
  if (others.length === 0) throw new AppError('BAD_INPUT', 'Nobody talks to themselves alone.', { field: 'memberIds' });
  const people = await partnersOf(unit, actor, others);
  const participants = [{ id: actor.userId, name: actor.name }, ...people].toSorted(byName);
  const ids = participants.map(({ id }) => id);
  const key = membersKey(ids);
  const id = newId();
  const made = await unit.all<{ id: string }>(insertOnce, [id, key, actor.userId, unit.at]);
  const [raw] = await unit.all(ofPeople, [key]);
  if (!raw) throw new Error('a direct conversation that is neither made nor there');
  const row = decodeRow(Conversation, raw);
  const conversation = presentConversation(row, participants);
  if (made.length > 0) {
    insertMembers(unit, id, ids);
    // With whom somebody talks is for those who do.
    unit.record.audit({
      ...conversationEntry(row),
      action: 'CREATED',
      after: { kind: row.kind, createdBy: row.createdBy },
    });
    const talk = { conversationId: id, messageId: null, membersOnly: false };
    const common = { type: 'conversation.created', projectId: null, ticketId: null, talk } as const;
    for (const userId of ids) unit.record.notify({ ...common, userId, payload: { conversation } });
  }
  return { ...conversation, seq: null };
}

const byName = (a: Participant, b: Participant): number =>
  a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1;

/** @throws NOT_FOUND nobody of this id, as far as the actor knows; BAD_INPUT somebody is not active. */
async function partnersOf(unit: UnitOfWork, actor: Actor, others: readonly string[]): Promise<Person[]> {
  const known = await findPeople(unit, others);
  const isCustomer = actor.role === 'CUSTOMER';
  const rows = isCustomer ? await unit.all<{ user_id: string }>(teamOf, [actor.userId, others]) : [];
  const team = new Set(rows.map(({ user_id }) => user_id));
  return others.map((id) => {
    const person = known.get(id);
    if (!person || (isCustomer && !team.has(id))) throw notFound('user');
    if (!person.active) throw new AppError('BAD_INPUT', 'This person is not active.', { field: 'memberIds' });
    return person;
  });
}
