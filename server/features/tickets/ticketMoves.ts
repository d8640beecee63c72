import type { Ticket as Presented } from '../../../contract/ticket.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { TicketRow } from './tickets.present.js';

const withdrawEvents = statement(
  'events.withdraw',
  'UPDATE events SET withdrawn = $3 WHERE ticket_id = $1 AND project_id = $2',
);

/** Ends the telling of what the ticket was in its project. Before numbers are taken: forgetting old events locks in that order too. */
export const withdrawFromProject = async (unit: UnitOfWork, { id, projectId }: TicketRow): Promise<void> =>
  void (await unit.all(withdrawEvents, [id, projectId, true]));

const moveRow = statement('tickets.move', 'UPDATE tickets SET project_id = $2, number = $3, key = $4 WHERE id = $1');
const moveConversation = statement(
  'conversations.move',
  // A channel that it was opened from stays where it is.
  "UPDATE conversations SET project_id = $2, updated_at = $3 WHERE id = $1 AND kind = 'TICKET'",
);
const moveComments = statement(
  'comment_search.move',
  'UPDATE comment_search SET project_id = $2 WHERE comment_id IN (SELECT id FROM comments WHERE ticket_id = $1)',
);
const moveMessages = statement(
  'message_search.move',
  `UPDATE message_search SET place_id = $2 WHERE message_id IN (SELECT m.id FROM messages m
     JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'TICKET' WHERE m.conversation_id = $1)`,
);
// Who is told of a ticket in their own stream must be able to enter its project: from now on the new one.
const moveNotices = statement(
  'feeds.moveTicket',
  `UPDATE feed_events SET project_id = $2 WHERE ticket_id = $1
     AND user_id IN (SELECT assignee_id FROM assignments WHERE ticket_id = $1)`,
);
const formerHolders = statement(
  'assignments.shutOut',
  `SELECT DISTINCT a.assignee_id FROM assignments a JOIN users u ON u.id = a.assignee_id
   LEFT JOIN project_members m ON m.project_id = $2 AND m.user_id = a.assignee_id
   WHERE a.ticket_id = $1 AND u.role <> 'ADMIN' AND m.user_id IS NULL`,
);

/**
 * Writes what makes a ticket one of another project, and tells the project that it left: only that it did, since who is
 * there may not know where it went. Whoever held it ever and cannot follow it learns the same.
 */
export async function writeMove(unit: UnitOfWork, from: TicketRow, ticket: Presented, seq: number): Promise<void> {
  const { id, projectId, conversationId, reporterId } = ticket;
  unit.send(moveRow, [id, projectId, ticket.number, ticket.key]);
  unit.send(moveConversation, [conversationId, projectId, unit.at]);
  unit.send(moveComments, [id, projectId]);
  unit.send(moveMessages, [conversationId, projectId]);
  unit.send(moveNotices, [id, projectId]);
  const left = { projectId: from.projectId, ticketId: id };
  const ref = { id, key: from.key };
  unit.record.append({
    ...left,
    seq,
    type: 'ticket.moved',
    audience: 'REPORTER',
    reporterId,
    payload: { ticket: ref, status: from.status },
  });
  for (const { assignee_id: userId } of await unit.all<{ assignee_id: string }>(formerHolders, [id, projectId]))
    unit.record.notify({ ...left, userId, type: 'ticket.moved', payload: { ticket: ref } });
}
