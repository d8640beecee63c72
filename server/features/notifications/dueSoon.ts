import { statement } from '../../db/statement.js';
import { inUnitOfWork } from '../../db/unitOfWork.js';
import { systemActor as system } from '../../kernel/actor.js';
import { repeat } from '../../kernel/repeat.js';
import type { Deps } from '../deps.js';
import { loadAnyTicket } from '../tickets/loadTicket.js';
import { notify, wishesOf, type News } from './notify.js';

const EVERY_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const PAGE = 200;
const unfinished = ['OPEN', 'IN_PROGRESS', 'REVIEW'];

// Held by somebody who was not told of this date yet. The day itself counts too: a ticket may be due at once.
const findDue = statement(
  'notifications.due',
  `SELECT t.id, t.due_date FROM tickets t JOIN projects p ON p.id = t.project_id AND p.is_archived = $5
   WHERE t.due_date IS NOT NULL AND t.deleted_at IS NULL AND t.status IN ('OPEN', 'IN_PROGRESS', 'REVIEW')
     AND t.due_date >= $1 AND t.due_date <= $2 AND (t.due_date, t.id) > ($3, $4)
     AND EXISTS (SELECT 1 FROM assignments a WHERE a.ticket_id = t.id AND a.status = 'ACTIVE' AND NOT EXISTS (
       SELECT 1 FROM notifications n WHERE n.ticket_id = t.id AND n.due_on = t.due_date AND n.user_id = a.assignee_id))
   ORDER BY t.due_date, t.id LIMIT ${PAGE}`,
);
const findTold = statement(
  'notifications.toldDue',
  'SELECT user_id FROM notifications WHERE ticket_id = $1 AND due_on = $2',
);

const dayAfter = (now: Date, days: number): string =>
  new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);

/**
 * Tells those who hold a ticket that it is due soon: from 24 hours before its day begins (UTC), each of them once for each date
 * that it has. May run on several nodes at once: the ticket's lock lets one after the other look whether it was told.
 */
export async function tellDueSoon(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  let told = 0;
  let [day, id] = [dayAfter(now, 0), ''];
  for (;;) {
    const page = await deps.db.all<{ id: string; due_date: string }>(findDue, [
      dayAfter(now, 0),
      dayAfter(now, 1),
      day,
      id,
      false,
    ]);
    for (const ticket of page) told += await tellHolders(deps, ticket.id, ticket.due_date);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return told;
    [day, id] = [last.due_date, last.id];
  }
}

const tellHolders = (deps: Deps, ticketId: string, dueOn: string): Promise<number> =>
  inUnitOfWork(deps, { actor: system, procedure: 'notifications.dueSoon', input: {} }, async (unit) => {
    const { row: ticket, spans } = await loadAnyTicket(unit, ticketId);
    if (ticket.dueDate !== dueOn || ticket.deletedAt !== null || !unfinished.includes(ticket.status)) return 0;
    const holders = spans.map(({ assigneeId }) => assigneeId);
    const [told, wishes] = await Promise.all([
      unit.all<{ user_id: string }>(findTold, [ticketId, dueOn]),
      wishesOf(deps, unit, holders),
    ]);
    const news = holders
      .filter((userId) => !told.some(({ user_id }) => user_id === userId))
      .map((userId): News => ({ userId, kind: 'DUE_SOON', ticket, dueOn }));
    notify(unit, system, wishes, news);
    return news.length;
  });

/** Tells what is due soon now and every few minutes, until the returned function is called. */
export const keepTellingDue = (deps: Deps): (() => void) =>
  repeat(EVERY_MS, async () => {
    try {
      await tellDueSoon(deps);
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'what is due soon could not be told; trying again in five minutes');
    }
  });
