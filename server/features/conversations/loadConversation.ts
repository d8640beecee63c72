import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { loadTicket, type LoadedTicket } from '../tickets/loadTicket.js';
import type { Participant } from './conversations.present.js';
import { participantsOf, seeConversation, type SeenConversation } from './oneConversation.queries.js';

export interface HeldConversation extends SeenConversation {
  /** Under its lock, when it is its conversation. */
  readonly ticket: LoadedTicket | null;
  /** All who talk in it, of DIRECT. */
  readonly participants: readonly Participant[];
}

const ticketOf = statement(
  'conversations.ticketOf',
  `SELECT c.kind, t.id FROM conversations c LEFT JOIN tickets t ON t.conversation_id = c.id AND c.kind = 'TICKET'
   WHERE c.id = $1`,
);
const lock = statement(
  'conversations.lock',
  (d) => `SELECT c.id FROM conversations c WHERE c.id = $1 ${d.lock('NO KEY UPDATE', 'c')}`,
);

/**
 * The conversation as the actor may see it, under the lock that puts those who write in it, or change who is in it, in a row: its
 * ticket's, or its own.
 * @throws NOT_FOUND missing, foreign, or of a deleted ticket; CONFLICT its project is archived.
 */
export async function loadConversation(
  unit: UnitOfWork,
  actor: Actor,
  conversationId: string,
): Promise<HeldConversation> {
  const [found] = await unit.all<{ kind: string; id: string | null }>(ticketOf, [conversationId]);
  if (!found) throw notFound('conversation');
  const ticket = found.id === null ? null : await ticketOfIt(unit, actor, found.id);
  if (!ticket) await unit.all(lock, [conversationId]);
  const seen = await seeConversation(unit.all, actor, conversationId);
  if (seen.isProjectArchived)
    throw new AppError('CONFLICT', 'The project is archived.', { projectId: seen.row.projectId });
  const participants = (await participantsOf(unit.all, [seen.row])).get(seen.row.id) ?? [];
  return { ...seen, ticket, participants };
}

const ticketOfIt = (unit: UnitOfWork, actor: Actor, ticketId: string): Promise<LoadedTicket> =>
  loadTicket(unit, actor, ticketId).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('conversation') : error;
  });

/** @throws CONFLICT nothing is said in it any more. */
export function demandOpen({ row }: HeldConversation): void {
  if (row.archivedAt !== null)
    throw new AppError('CONFLICT', 'The conversation is archived.', { conversationId: row.id });
}
