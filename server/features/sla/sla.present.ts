import type { Attributes } from 'sequelize';
import type { SlaPolicy as Presented } from '../../../contract/sla.js';
import type { SlaPolicy } from '../../db/models/SlaPolicy.js';
import type { PolicyTerms } from '../../db/models/SlaTerms.js';

/** A policy with the terms that hold now. */
export type PolicyRow = Attributes<SlaPolicy> & PolicyTerms;

export const presentPolicy = (row: PolicyRow): Presented => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  priorities: row.priorities,
  categories: row.categories,
  firstResponseMinutes: row.firstResponseMinutes,
  resolveMinutes: row.resolveMinutes,
  warnFraction: row.warnFraction,
  calendar: row.calendar,
  position: row.position,
  active: row.active,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
