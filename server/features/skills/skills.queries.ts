import type { z } from 'zod';
import type { ListSkillsInput, Skill as Presented } from '../../../contract/skill.js';
import { NameSort, type Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Skill } from '../../db/models/Skill.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { named, sortedList } from '../sortedList.js';
import { asciiLower } from '../users/users.queries.js';
import { canListSkills } from './skills.policy.js';
import { presentSkill } from './skills.present.js';

const listed = sortedList(
  'skills.list',
  NameSort,
  named('s'),
  2,
  ({ after, orderBy }, d) => `SELECT s.* FROM skills s WHERE ${after}
     AND ($1 = '' OR ${d.name === 'postgres' ? 'strpos' : 'instr'}(lower(s.name || ' ' || ${d.jsonText('s.aliases')}), $1) > 0)
   ORDER BY ${orderBy} LIMIT $2`,
);

/**
 * Skills, by name unless `sort` says otherwise. `text` is looked for in names and aliases.
 * @throws FORBIDDEN for customers.
 */
export async function listSkills(
  { db }: Deps,
  actor: Actor,
  { limit, cursor, sort, text = '' }: z.output<typeof ListSkillsInput>,
): Promise<Page<Presented>> {
  demand(canListSkills(actor));
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [asciiLower(text), limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(Skill, row)),
    limit,
    cursorOf,
    presentSkill,
  );
}
