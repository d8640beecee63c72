import type { Attributes } from 'sequelize';
import type { CustomField as Presented } from '../../../contract/customField.js';
import type { CustomField } from '../../db/models/CustomField.js';

export type FieldRow = Attributes<CustomField>;

export const presentField = (row: FieldRow): Presented => ({
  id: row.id,
  projectId: row.projectId,
  key: row.key,
  label: row.label,
  kind: row.kind,
  options: row.options,
  required: row.required,
  position: row.position,
  active: row.active,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
