import { statement } from '../../db/statement.js';
import { batcherOf } from '../../kernel/batcher.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { maySeeChannel, type Channel } from '../../realtime/audience.js';
import type { Deps } from '../deps.js';
import { ticketToFollow } from './live.queries.js';

const findConversations = statement(
  'live.conversations',
  (d) => `SELECT c.id, c.kind, c.project_id, c.is_private, t.id AS ticket_id FROM conversations c
   LEFT JOIN tickets t ON t.conversation_id = c.id AND c.kind = 'TICKET' WHERE ${d.anyOf('c.id', '$1')}`,
);
const findTalking = statement(
  'live.directPeople',
  (d) => `SELECT m.conversation_id, m.user_id FROM conversation_members m
   JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'DIRECT' WHERE ${d.anyOf('m.conversation_id', '$1')}`,
);
interface ConversationPlace {
  readonly id: string;
  readonly kind: 'TICKET' | 'CHANNEL' | 'DIRECT';
  readonly project_id: string | null;
  readonly is_private: boolean | number;
  readonly ticket_id: string | null;
}

// Thousands may ask at once, after a cut.
const conversationPlaces = batcherOf(async ({ db }: Deps, ids) => {
  const [rows, talking] = await Promise.all([
    db.all<ConversationPlace>(findConversations, [ids]),
    db.all<{ conversation_id: string; user_id: string }>(findTalking, [ids]),
  ]);
  return {
    of: new Map(rows.map((row) => [row.id, row])),
    talking: new Set(talking.map((pair) => `${pair.conversation_id} ${pair.user_id}`)),
  };
});

/** Where what is said in a conversation is told. */
export type ConversationToFollow =
  | { readonly kind: 'TICKET'; readonly ticketId: string }
  | { readonly kind: 'CHANNEL'; readonly channel: Channel }
  | { readonly kind: 'DIRECT' };

/** @throws NOT_FOUND no such conversation for this actor. */
export async function conversationToFollow(
  deps: Deps,
  actor: Actor,
  conversationId: string,
): Promise<ConversationToFollow> {
  const { of, talking } = await conversationPlaces(deps, conversationId);
  const row = of.get(conversationId);
  if (!row) throw notFound('conversation');
  const { ticket_id: ticketId, project_id: projectId } = row;
  if (ticketId !== null) {
    await ticketToFollow(deps, actor, ticketId).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('conversation') : error;
    });
    return { kind: 'TICKET', ticketId };
  }
  if (row.kind === 'DIRECT' && talking.has(`${conversationId} ${actor.userId}`)) return { kind: 'DIRECT' };
  if (row.kind === 'CHANNEL' && projectId !== null) {
    const channel = { id: row.id, projectId, isPrivate: Boolean(row.is_private) };
    if (await deps.hub.allows(actor.userId, (facts) => maySeeChannel(facts, channel)))
      return { kind: 'CHANNEL', channel };
  }
  throw notFound('conversation');
}
