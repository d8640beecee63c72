import type { z } from 'zod';
import type { ListSkillsInput, Skill as Presented } from '../../../contract/skill.js';
import type { Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Skill } from '../../db/models/Skill.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import type { Deps } from '../deps.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { asciiLower } from '../users/users.queries.js';
import { canListSkills } from './skills.policy.js';
import { presentSkill } from './skills.present.js';

const listed = statement(
  'skills.list',
  (d) => `SELECT s.* FROM skills s WHERE (s.name, s.id) > ($1, $2)
     AND ($3 = '' OR ${d.name === 'postgres' ? 'strpos' : 'instr'}(lower(s.name || ' ' || ${d.jsonText('s.aliases')}), $3) > 0)
   ORDER BY s.name, s.id LIMIT $4`,
);

/**
 * Skills by name. `text` is looked for in names and aliases.
 * @throws FORBIDDEN for customers.
 */
export async function listSkills(
  { db }: Deps,
  actor: Actor,
  { limit, cursor, text = '' }: z.output<typeof ListSkillsInput>,
): Promise<Page<Presented>> {
  demand(canListSkills(actor));
  const [name = '', id = ''] = decodeCursor(cursor, ['string', 'string']) ?? [];
  const rows = await db.all(listed, [name, id, asciiLower(text), limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(Skill, row)),
    limit,
    (row) => [row.name, row.id],
    presentSkill,
  );
}
