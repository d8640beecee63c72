import type { Attributes } from 'sequelize';
import type { SavedView as Presented } from '../../../contract/view.js';
import type { SavedView } from '../../db/models/SavedView.js';

export type ViewRow = Attributes<SavedView> & { readonly ownerName: string };

export const presentView = (row: ViewRow): Presented => ({
  id: row.id,
  ownerId: row.ownerId,
  ownerName: row.ownerName,
  projectId: row.projectId,
  name: row.name,
  filter: row.filter,
  sort: row.sort,
  shared: row.shared,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
