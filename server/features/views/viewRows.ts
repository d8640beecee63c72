import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { SavedView } from '../../db/models/SavedView.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor, Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { canSeeView } from './views.policy.js';
import type { ViewRow } from './views.present.js';

const changeable = ['name', 'nameKey', 'filter', 'sort', 'shared', 'version', 'updatedAt'] as const;
export const insertView = insertRow(SavedView, ['id', 'ownerId', 'projectId', 'createdAt', ...changeable]);
export const updateView = updateRow(SavedView, changeable);

/** A name as it is compared with others: without case, one form for what looks the same. */
export const nameKeyOf = (name: string): string => name.normalize('NFC').toLowerCase().normalize('NFC');

export function decodeView(raw: object): ViewRow {
  const { owner_name, ...columns } = raw as { owner_name: string };
  return { ...decodeRow(SavedView, columns), ownerName: owner_name };
}

/** A view in the audit log. What is not shared is seen by its owner alone, not by administrators: only that there is one is said. */
export const viewEntry = ({ id, projectId }: ViewRow) => ({ entity: 'VIEW', entityId: id, projectId }) as const;
export const viewFields = (view: ViewRow): Partial<ViewRow> =>
  view.shared ? view : { ownerId: view.ownerId, shared: view.shared };

const lockedView = statement(
  'views.lock',
  (d) => `SELECT v.*, u.name AS owner_name FROM saved_views v JOIN users u ON u.id = v.owner_id
     WHERE v.id = $1 ${d.lock('UPDATE', 'v')}`,
);
// Asked once the lock is held: whoever waited for it would otherwise decide by what was true before.
const roleBesideView = statement(
  'views.role',
  `SELECT m.role FROM saved_views v JOIN project_members m ON m.project_id = v.project_id AND m.user_id = $2
   WHERE v.id = $1`,
);

/**
 * The view under its lock, and what the actor is in its project.
 * @throws NOT_FOUND there is none, or none that the actor sees.
 */
export async function loadView(
  unit: UnitOfWork,
  actor: Actor,
  viewId: string,
): Promise<{ view: ViewRow; standing: Standing }> {
  const [[raw], [membership]] = await Promise.all([
    unit.all(lockedView, [viewId]),
    unit.all<{ role: ProjectRole }>(roleBesideView, [viewId, actor.userId]),
  ]);
  const standing = { role: actor.role, projectRole: membership?.role ?? null };
  const view = raw && decodeView(raw);
  if (!view || !canSeeView(actor, standing, view)) throw notFound('view');
  return { view, standing };
}

const findName = statement(
  'views.named',
  `SELECT id FROM saved_views
   WHERE owner_id = $1 AND coalesce(project_id, '') = $2 AND name_key = $3 AND id <> $4`,
);

/** @throws DUPLICATE its owner has another view of this name there. */
export async function demandUnusedName(unit: UnitOfWork, view: ViewRow): Promise<void> {
  const { ownerId, projectId, nameKey, id } = view;
  if ((await unit.all(findName, [ownerId, projectId ?? '', nameKey, id])).length > 0)
    throw new AppError('DUPLICATE', 'There is a view of this name already.', { field: 'name' });
}
