import type { CustomField as Presented, UpdateCustomFieldInput } from '../../../../contract/customField.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { demand } from '../../../kernel/decision.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { canManageFields } from '../customFields.policy.js';
import { presentField } from '../customFields.present.js';
import { demandFitOptions, fieldEntry, loadField, updateField } from '../fieldRows.js';

/**
 * Changes what a custom field is called and takes. Values that tickets have already stay, also those that it takes no more.
 * @throws NOT_FOUND no such field for this actor; FORBIDDEN not a lead; CONFLICT `expectedVersion` is stale; BAD_INPUT options
 * and kind do not go together.
 */
export function updateCustomField(deps: Deps, actor: Actor, input: UpdateCustomFieldInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.fields.update', input }, async (unit) => {
    const { field: before, standing } = await loadField(unit, actor, input.fieldId);
    demand(canManageFields(standing));
    demandVersion(before, input.expectedVersion, 'field');
    const after = { ...before, ...definedOnly(input.patch) };
    demandFitOptions(after);
    if (canonicalJson(presentField(after)) === canonicalJson(presentField(before))) return presentField(before);
    const row = { ...after, version: before.version + 1, updatedAt: unit.at };
    await unit.all(updateField.statement, updateField.values(row));
    unit.record.audit({ ...fieldEntry(row), action: 'UPDATED', before, after: row });
    return presentField(row);
  });
}
