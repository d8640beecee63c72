import type { SavedView as Presented, UpdateViewInput } from '../../../../contract/view.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandSense } from '../../tickets/ticketFilterSql.js';
import { demandUnusedName, loadView, nameKeyOf, updateView as writeView, viewEntry, viewFields } from '../viewRows.js';
import { canChangeView, canShareViews } from '../views.policy.js';
import { presentView, type ViewRow } from '../views.present.js';

/**
 * Changes a view. What it says already changes nothing. A lead who takes back the sharing of somebody's view leaves it to
 * them alone.
 * @throws NOT_FOUND no such view for this actor; FORBIDDEN see `canChangeView`, `canShareViews`; CONFLICT `expectedVersion`
 * is stale; DUPLICATE its owner has another one of this name there; BAD_INPUT as `createView`.
 */
export function updateView(deps: Deps, actor: Actor, input: UpdateViewInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'views.update', input }, async (unit) => {
    const { view: before, standing } = await loadView(unit, actor, input.viewId);
    demand(canChangeView(actor, standing, before));
    demandVersion(before, input.expectedVersion, 'view');
    const after = changed(before, input.patch);
    if (after.shared && after.projectId === null)
      throw new AppError('BAD_INPUT', 'Only a view of a project can be shared.', { field: 'shared' });
    if (after.shared && !before.shared) demand(canShareViews(standing));
    demandSense(after.filter);
    if (said(after) === said(before)) return presentView(before);
    await demandUnusedName(unit, after);
    const row = { ...after, version: before.version + 1, updatedAt: unit.at };
    await unit.all(writeView.statement, writeView.values(row));
    const shown = before.shared || row.shared ? { before: viewFields(before), after: viewFields(row) } : {};
    unit.record.audit({ ...viewEntry(row), action: 'UPDATED', ...shown });
    return presentView(row);
  });
}

const said = ({ name, filter, sort, shared }: ViewRow): string => canonicalJson({ name, filter, sort, shared });

function changed(before: ViewRow, patch: UpdateViewInput['patch']): ViewRow {
  const after = { ...before, ...definedOnly(patch) };
  return { ...after, nameKey: nameKeyOf(after.name), filter: definedOnly(after.filter) };
}
