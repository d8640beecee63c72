import type { z } from 'zod';
import type { Page } from '../../../contract/text.js';
import { ViewSort, type ListViewsInput, type SavedView as Presented } from '../../../contract/view.js';
import type { Database } from '../../db/database.js';
import type { Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList, word } from '../sortedList.js';
import { ticketScope } from '../tickets/ticketScope.js';
import { decodeView } from './viewRows.js';
import { presentView } from './views.present.js';

// A branch for each way to see a view, so that it is a range of an index.
const orders = { name: [word('v.name_key', 'nameKey'), madeAs('v.id', 'id')] } as const;
const listed = sortedList('views.list', ViewSort, orders, 5, ({ after, orderBy }, d) => {
  const branch = (condition: string, name: string) =>
    `SELECT * FROM (SELECT v.* FROM saved_views v WHERE ${condition} AND ${after}
       ORDER BY ${orderBy} LIMIT $4) ${name}`;
  const own = `v.owner_id = $1 AND ($2 = 'any' AND v.project_id IS NULL OR ${d.anyOf('v.project_id', '$5')})`;
  const shared = `v.shared AND v.owner_id <> $1 AND ${d.anyOf('v.project_id', '$3')}`;
  return `SELECT v.*, u.name AS owner_name FROM (${branch(own, 'o')} UNION ALL ${branch(shared, 's')}) v
    JOIN users u ON u.id = v.owner_id ORDER BY ${orderBy} LIMIT $4`;
});

/**
 * The views that the actor sees, by name upwards unless `sort` says otherwise.
 * @throws NOT_FOUND not inside `projectId`.
 */
export async function listViews(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListViewsInput>,
): Promise<Page<Presented>> {
  const { staffOf, customerOf } = await ticketScope(db.all, actor, projectId);
  const { statement, values, cursorOf } = listed(sort, cursor);
  const which = projectId === undefined ? 'any' : 'one';
  const inside = [...staffOf, ...customerOf];
  const rows = await db.all(statement, [actor.userId, which, staffOf, limit + 1, inside, ...values]);
  return toPage(rows.map(decodeView), limit, cursorOf, presentView);
}
