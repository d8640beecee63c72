import type { Attributes } from 'sequelize';
import type { Developer as Presented } from '../../../contract/developer.js';
import type { Developer } from '../../db/models/Developer.js';

export type DeveloperRow = Attributes<Developer> & { readonly active: boolean };
export type SkillOf = Presented['skills'][number];

export const presentDeveloper = (row: DeveloperRow, skills: readonly SkillOf[]): Presented => ({
  id: row.id,
  userId: row.userId,
  name: row.name,
  title: row.title,
  experienceYears: row.experienceYears,
  availability: row.availability,
  capacity: row.capacity,
  currentWorkload: row.currentWorkload,
  timezone: row.timezone,
  outOfOfficeFrom: row.outOfOfficeFrom?.toISOString() ?? null,
  outOfOfficeTo: row.outOfOfficeTo?.toISOString() ?? null,
  active: row.active,
  skills: [...skills],
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
