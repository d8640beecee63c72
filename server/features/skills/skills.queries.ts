import type { z } from 'zod';
import type { ListSkillsInput, Skill as Presented } from '../../../contract/skill.js';
import { nameSorts, type Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Skill } from '../../db/models/Skill.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { sortedList } from '../sortedList.js';
import { asciiLower } from '../users/users.queries.js';
import { canListSkills } from './skills.policy.js';
import { presentSkill } from './skills.present.js';

const listed = sortedList(
  'skills.list',
  's',
  nameSorts,
  ({ after, orderBy }, d) => `SELECT s.* FROM skills s WHERE ${after}
     AND ($3 = '' OR ${d.name === 'postgres' ? 'strpos' : 'instr'}(lower(s.name || ' ' || ${d.jsonText('s.aliases')}), $3) > 0)
   ORDER BY ${orderBy} LIMIT $4`,
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
  const rows = await db.all(statement, [...values, asciiLower(text), limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(Skill, row)),
    limit,
    cursorOf,
    presentSkill,
  );
}
