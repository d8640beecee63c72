import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteViewInput } from '../../../../contract/view.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadView, viewEntry, viewFields } from '../viewRows.js';
import { canChangeView } from '../views.policy.js';

const deleteRow = statement('views.delete', 'DELETE FROM saved_views WHERE id = $1');

/** @throws NOT_FOUND no such view for this actor; FORBIDDEN see `canChangeView`. */
export function deleteView(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteViewInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'views.delete', input }, async (unit) => {
    const { view, standing } = await loadView(unit, actor, input.viewId);
    demand(canChangeView(actor, standing, view));
    await unit.all(deleteRow, [view.id]);
    unit.record.audit({ ...viewEntry(view), action: 'DELETED', before: viewFields(view) });
    return { done: true };
  });
}
