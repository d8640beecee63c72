import type { Attributes } from 'sequelize';
import type { Skill as Presented } from '../../../contract/skill.js';
import type { Skill } from '../../db/models/Skill.js';

export type SkillRow = Attributes<Skill>;

export const presentSkill = (row: SkillRow): Presented => ({
  id: row.id,
  name: row.name,
  aliases: row.aliases,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
