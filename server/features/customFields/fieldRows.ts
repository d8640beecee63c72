import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { CustomField } from '../../db/models/CustomField.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import type { FieldRow } from './customFields.present.js';

const changeable = ['label', 'options', 'required', 'position', 'active', 'version', 'updatedAt'] as const;
export const insertField = insertRow(CustomField, ['id', 'projectId', 'key', 'kind', 'createdAt', ...changeable]);
export const updateField = updateRow(CustomField, changeable);

/** A custom field in the audit log. */
export const fieldEntry = ({ id, projectId }: FieldRow) =>
  ({ entity: 'CUSTOM_FIELD', entityId: id, projectId }) as const;

const lockedField = statement(
  'customFields.lock',
  (d) => `SELECT f.* FROM custom_fields f WHERE f.id = $1 ${d.lock('UPDATE', 'f')}`,
);
// Asked once the lock is held: whoever waited for it would otherwise decide by what was true before.
const roleBesideField = statement(
  'customFields.role',
  `SELECT m.role FROM custom_fields f JOIN project_members m ON m.project_id = f.project_id AND m.user_id = $2
   WHERE f.id = $1`,
);

/**
 * The field under its lock, which those wait for who give it to tickets, and what the actor is in its project.
 * @throws NOT_FOUND there is none, or none that the actor sees.
 */
export async function loadField(
  unit: UnitOfWork,
  actor: Actor,
  fieldId: string,
): Promise<{ field: FieldRow; standing: Standing }> {
  const [[raw], [membership]] = await Promise.all([
    unit.all(lockedField, [fieldId]),
    unit.all<{ role: ProjectRole }>(roleBesideField, [fieldId, actor.userId]),
  ]);
  const standing = { role: actor.role, projectRole: membership?.role ?? null };
  if (!raw || !isStaff(standing)) throw notFound('custom field');
  return { field: decodeRow(CustomField, raw), standing };
}

const definedIn = statement(
  'customFields.ofProjects',
  (d) => `SELECT f.* FROM custom_fields f WHERE ${d.anyOf('f.project_id', '$1')}
     ORDER BY f.id ${d.lock('SHARE', 'f')}`,
);

/** The fields of these projects, held as they are until the transaction ends. */
export const fieldsOf = async (unit: UnitOfWork, projectIds: readonly string[]): Promise<FieldRow[]> =>
  (await unit.all(definedIn, [[...new Set(projectIds)]])).map((row) => decodeRow(CustomField, row));

/** @throws BAD_INPUT a SELECT without options, or options of another kind. */
export function demandFitOptions({ kind, options }: Pick<FieldRow, 'kind' | 'options'>): void {
  if ((kind === 'SELECT') === options.length > 0) return;
  const problem = kind === 'SELECT' ? 'A SELECT needs options.' : `A ${kind} has no options.`;
  throw new AppError('BAD_INPUT', problem, { field: 'options' });
}
