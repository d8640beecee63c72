import type { z } from 'zod';
import type { Page } from '../../../contract/text.js';
import type { ListViewsInput, SavedView as Presented } from '../../../contract/view.js';
import type { Database } from '../../db/database.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { ticketScope } from '../tickets/ticketScope.js';
import { decodeView } from './viewRows.js';
import { presentView } from './views.present.js';

// A branch for each way to see a view, so that it is a range of an index.
const listed = statement('views.list', (d) => {
  const branch = (condition: string, name: string) =>
    `SELECT * FROM (SELECT v.* FROM saved_views v WHERE ${condition} AND (v.name_key, v.id) > ($4, $5)
       ORDER BY v.name_key, v.id LIMIT $6) ${name}`;
  const own = `v.owner_id = $1 AND ($2 = 'any' AND v.project_id IS NULL OR ${d.anyOf('v.project_id', '$7')})`;
  const shared = `v.shared AND v.owner_id <> $1 AND ${d.anyOf('v.project_id', '$3')}`;
  return `SELECT x.*, u.name AS owner_name FROM (${branch(own, 'o')} UNION ALL ${branch(shared, 's')}) x
    JOIN users u ON u.id = x.owner_id ORDER BY x.name_key, x.id LIMIT $6`;
});

/**
 * The views that the actor sees, by name.
 * @throws NOT_FOUND not inside `projectId`.
 */
export async function listViews(
  db: Database,
  actor: Actor,
  { projectId, limit, cursor }: z.output<typeof ListViewsInput>,
): Promise<Page<Presented>> {
  const { staffOf, customerOf } = await ticketScope(db.all, actor, projectId);
  const [name = '', id = ''] = decodeCursor(cursor, ['string', 'string']) ?? [];
  const which = projectId === undefined ? 'any' : 'one';
  const inside = [...staffOf, ...customerOf];
  const rows = await db.all(listed, [actor.userId, which, staffOf, name, id, limit + 1, inside]);
  return toPage(rows.map(decodeView), limit, (row) => [row.nameKey, row.id], presentView);
}
