import type { z } from 'zod';
import type { Page } from '../../../contract/text.js';
import { WatcherSort, type ListWatchersInput, type Watcher } from '../../../contract/watcher.js';
import type { Database } from '../../db/database.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, sortedList } from '../sortedList.js';
import { seeTicket } from './oneTicket.queries.js';
import { canListWatchers } from './tickets.policy.js';

/** Who may not see the ticket any more is not among them, whatever way they lost it; `canSeeTicket` in SQL. */
const listed = sortedList(
  'watchers.list',
  WatcherSort,
  { since: [moment('w.created_at', 'since'), madeAs('w.user_id', 'userId')] },
  5,
  (
    { after, orderBy },
    d,
  ) => `SELECT w.user_id, w.created_at, u.name FROM ticket_watchers w JOIN users u ON u.id = w.user_id
   LEFT JOIN project_members m ON m.project_id = $2 AND m.user_id = w.user_id
   WHERE w.ticket_id = $1 AND u.active = ${d.cast('$5', 'BOOLEAN')}
     AND (u.role = 'ADMIN' OR m.role IN ('LEAD', 'MEMBER') OR (m.role = 'CUSTOMER' AND w.user_id = $3))
     AND ${after} ORDER BY ${orderBy} LIMIT $4`,
);

/**
 * Who watches a ticket and may see it.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN for customers.
 */
export async function listWatchers(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListWatchersInput>,
): Promise<Page<Watcher>> {
  const { row, standing } = await seeTicket(db.all, actor, input);
  if (row.deletedAt !== null) throw notFound('ticket');
  demand(canListWatchers(standing));
  const { statement, values: place, cursorOf } = listed(input.sort, input.cursor);
  const values = [row.id, row.projectId, row.reporterId, input.limit + 1, true, ...place];
  const rows = await db.all<{ user_id: string; created_at: Date | string; name: string }>(statement, values);
  const watchers = rows.map(({ user_id, created_at, name }) => ({
    userId: user_id,
    name,
    since: new Date(created_at).toISOString(),
  }));
  return toPage(watchers, input.limit, cursorOf, (watcher) => watcher);
}
