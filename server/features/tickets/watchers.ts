import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import type { TicketRow } from './tickets.present.js';

const find = statement(
  'watchers.find',
  'SELECT w.user_id, w.merged_from_id FROM ticket_watchers w WHERE w.ticket_id = $1 AND w.user_id = $2',
);
const insert = statement(
  'watchers.insert',
  `INSERT INTO ticket_watchers (ticket_id, user_id, created_at, updated_at) VALUES ($1, $2, $3, $3)
   ON CONFLICT (ticket_id, user_id) DO UPDATE SET merged_from_id = NULL, updated_at = $3`,
);
const remove = statement('watchers.remove', 'DELETE FROM ticket_watchers WHERE ticket_id = $1 AND user_id = $2');

/** The person's own, for use under the lock of the ticket. */
export async function findWatcher(
  unit: UnitOfWork,
  ticketId: string,
  userId: string,
): Promise<{ isOwn: boolean } | null> {
  const [row] = await unit.all<{ merged_from_id: string | null }>(find, [ticketId, userId]);
  return row ? { isOwn: row.merged_from_id === null } : null;
}

export const addWatcher = (unit: UnitOfWork, ticketId: string, userId: string): void =>
  unit.send(insert, [ticketId, userId, unit.at]);
export const removeWatcher = (unit: UnitOfWork, ticketId: string, userId: string): void =>
  unit.send(remove, [ticketId, userId]);

/** Tells the person themselves, wherever they are signed in. Without the title: a ticket that moves away takes that along. */
export function tellWatcher(
  unit: UnitOfWork,
  actor: Actor,
  { id, key, projectId }: TicketRow,
  isWatching: boolean,
): void {
  unit.record.notify({
    userId: actor.userId,
    type: isWatching ? 'ticket.watched' : 'ticket.unwatched',
    projectId,
    ticketId: id,
    payload: { ticket: { id, key } },
  });
}

const bring = statement(
  'watchers.bring',
  (d) => `INSERT INTO ticket_watchers (ticket_id, user_id, merged_from_id, created_at, updated_at)
   SELECT ${d.cast('$2', '')}, w.user_id, w.ticket_id, ${d.cast('$3', 'DATE')}, ${d.cast('$3', 'DATE')}
   FROM ticket_watchers w WHERE w.ticket_id = $1 ON CONFLICT (ticket_id, user_id) DO NOTHING`,
);
const takeBack = statement(
  'watchers.takeBack',
  'DELETE FROM ticket_watchers WHERE ticket_id = $2 AND merged_from_id = $1',
);

/** Who watches a ticket that is merged watches the other one too, until that is undone. */
export const bringWatchers = (unit: UnitOfWork, fromId: string, intoId: string): void =>
  unit.send(bring, [fromId, intoId, unit.at]);
export const takeWatchersBack = (unit: UnitOfWork, fromId: string, intoId: string): void =>
  unit.send(takeBack, [fromId, intoId]);
