import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { RemoveCustomFieldInput } from '../../../../contract/customField.js';
import { adHoc, statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { canManageFields } from '../customFields.policy.js';
import { fieldEntry, loadField } from '../fieldRows.js';

const findUse = (key: string) =>
  adHoc(
    (d) =>
      `SELECT t.id FROM tickets t WHERE t.project_id = $1 AND ${d.jsonField('t.custom_fields', key)} IS NOT NULL LIMIT 1`,
  );
const deleteRow = statement('customFields.delete', 'DELETE FROM custom_fields WHERE id = $1');

/**
 * Takes a field that no ticket has a value of, deleted ones included, out of the project; others can be made inactive.
 * @throws NOT_FOUND no such field for this actor; FORBIDDEN not a lead; CONFLICT it is in use.
 */
export function removeCustomField(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RemoveCustomFieldInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.fields.remove', input }, async (unit) => {
    const { field, standing } = await loadField(unit, actor, input.fieldId);
    demand(canManageFields(standing));
    if ((await unit.all(findUse(field.key), [field.projectId])).length > 0)
      throw new AppError('CONFLICT', `Tickets have a value of ${field.key}. Make it inactive instead.`);
    await unit.all(deleteRow, [field.id]);
    unit.record.audit({ ...fieldEntry(field), action: 'DELETED', before: field });
    return { done: true };
  });
}
