import type { CreateCustomFieldInput, CustomField as Presented } from '../../../../contract/customField.js';
import { limits } from '../../../../contract/limits.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { lockProject } from '../../projects/memberships.js';
import { canManageFields } from '../customFields.policy.js';
import { presentField, type FieldRow } from '../customFields.present.js';
import { demandFitOptions, fieldEntry, fieldsOf, insertField } from '../fieldRows.js';

/**
 * Defines a custom field of a project's tickets.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN not a lead; DUPLICATE the project has one of this key; CONFLICT it
 * has as many as it can have; BAD_INPUT options and kind do not go together.
 */
export function createCustomField(deps: Deps, actor: Actor, input: CreateCustomFieldInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.fields.create', input }, async (unit) => {
    const { project, standing } = await lockProject(unit, actor, input.projectId);
    demand(canManageFields(standing));
    const { key, kind, label, options, required } = input;
    demandFitOptions(input);
    const others = await fieldsOf(unit, [project.id]);
    if (others.some((other) => other.key === key))
      throw new AppError('DUPLICATE', `There is a custom field ${key} already.`, { field: 'key' });
    if (others.length >= limits.customFieldsMax)
      throw new AppError('CONFLICT', `A project has at most ${limits.customFieldsMax} custom fields.`);
    const last = Math.max(-1, ...others.map(({ position }) => position));
    const row: FieldRow = {
      id: newId(),
      projectId: project.id,
      key,
      label,
      kind,
      options,
      required,
      position: input.position ?? Math.min(last + 1, limits.int32),
      active: true,
      version: 1,
      createdAt: unit.at,
      updatedAt: unit.at,
    };
    await unit.all(insertField.statement, insertField.values(row));
    unit.record.audit({ ...fieldEntry(row), action: 'CREATED', after: row });
    return presentField(row);
  });
}
