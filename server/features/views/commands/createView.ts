import type { CreateViewInput, SavedView as Presented } from '../../../../contract/view.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { standingIn } from '../../projects/projects.queries.js';
import { demandSense } from '../../tickets/ticketFilterSql.js';
import { demandUnusedName, insertView, nameKeyOf, viewEntry, viewFields } from '../viewRows.js';
import { canShareViews } from '../views.policy.js';
import { presentView, type ViewRow } from '../views.present.js';

/**
 * Keeps a list of tickets under a name.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canShareViews`; DUPLICATE the actor has a view of this
 * name there; BAD_INPUT it is shared and of no project, or its filter asks for what cannot be.
 */
export function createView(deps: Deps, actor: Actor, input: CreateViewInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'views.create', input }, async (unit) => {
    const { name, projectId, filter, sort, shared } = input;
    const standing = projectId === undefined ? null : await standingIn(unit.all, actor, projectId);
    if (shared && !standing)
      throw new AppError('BAD_INPUT', 'Only a view of a project can be shared.', { field: 'shared' });
    if (shared && standing) demand(canShareViews(standing));
    demandSense(filter);
    const row: ViewRow = {
      id: newId(),
      ownerId: actor.userId,
      ownerName: actor.name,
      projectId: projectId ?? null,
      name,
      nameKey: nameKeyOf(name),
      filter: definedOnly(filter),
      sort,
      shared,
      version: 1,
      createdAt: unit.at,
      updatedAt: unit.at,
    };
    await demandUnusedName(unit, row);
    await unit.all(insertView.statement, insertView.values(row));
    unit.record.audit({ ...viewEntry(row), action: 'CREATED', after: viewFields(row) });
    return presentView(row);
  });
}
