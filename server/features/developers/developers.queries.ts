import type { z } from 'zod';
import type { Developer as Presented, GetDeveloperInput, ListDevelopersInput } from '../../../contract/developer.js';
import { NameSort, type Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Developer } from '../../db/models/Developer.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { named, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { asciiLower } from '../users/users.queries.js';
import { canSeeDevelopers } from './developers.policy.js';
import { presentDeveloper, type DeveloperRow, type SkillOf } from './developers.present.js';

export function decodeDeveloper(row: object): DeveloperRow {
  const { user_active } = row as { user_active: boolean | number };
  return { ...decodeRow(Developer, row), active: Boolean(user_active) };
}

const skillsOfMany = statement(
  'developerSkills.ofMany',
  (d) => `SELECT k.developer_id, k.skill_id, k.level, s.name FROM developer_skills k JOIN skills s ON s.id = k.skill_id
   WHERE ${d.anyOf('k.developer_id', '$1')} ORDER BY s.name, s.id`,
);

/** Skills by name, of each developer. */
export async function skillsOf(all: RunStatement, developerIds: readonly string[]): Promise<Map<string, SkillOf[]>> {
  type Row = { developer_id: string; skill_id: string; level: number; name: string };
  const rows = developerIds.length === 0 ? [] : await all<Row>(skillsOfMany, [developerIds]);
  const skills = new Map<string, SkillOf[]>();
  for (const { developer_id: id, skill_id: skillId, name, level } of rows)
    skills.set(id, [...(skills.get(id) ?? []), { skillId, name, level }]);
  return skills;
}

// A colleague who became a customer keeps the profile for its history; it is not shown.
const visible = "FROM developers v JOIN users u ON u.id = v.user_id AND u.role <> 'CUSTOMER'";
const findDeveloper = statement('developers.byId', `SELECT v.*, u.active AS user_active ${visible} WHERE v.id = $1`);

/** @throws FORBIDDEN for customers; NOT_FOUND no such developer. */
export async function getDeveloper(
  { db }: Deps,
  actor: Actor,
  { developerId }: z.output<typeof GetDeveloperInput>,
): Promise<Presented> {
  demand(canSeeDevelopers(actor));
  const [row] = await db.all(findDeveloper, [developerId]);
  if (!row) throw notFound('developer');
  return presentDeveloper(decodeDeveloper(row), (await skillsOf(db.all, [developerId])).get(developerId) ?? []);
}

const listed = sortedList(
  'developers.list',
  NameSort,
  named('v'),
  5,
  ({ after, orderBy }, d) => `SELECT v.*, u.active AS user_active ${visible}
   WHERE ${after}
     AND ($1 = '' OR EXISTS (SELECT 1 FROM project_members m
       WHERE m.project_id = $1 AND m.user_id = v.user_id AND m.role <> 'CUSTOMER'))
     AND ($2 = '' OR EXISTS (SELECT 1 FROM developer_skills k WHERE k.developer_id = v.id AND k.skill_id = $2))
     AND (CAST($3 AS boolean) IS NULL OR u.active = CAST($3 AS boolean))
     AND ($4 = '' OR ${d.name === 'postgres' ? 'strpos' : 'instr'}(lower(v.name), $4) > 0)
   ORDER BY ${orderBy} LIMIT $5`,
);

/**
 * Developers, by name unless `sort` says otherwise; with `projectId` those on its team.
 * @throws FORBIDDEN for customers; NOT_FOUND the actor is not inside of the project.
 */
export async function listDevelopers(
  { db }: Deps,
  actor: Actor,
  { limit, cursor, sort, projectId = '', skillId = '', active, text = '' }: z.output<typeof ListDevelopersInput>,
): Promise<Page<Presented>> {
  demand(canSeeDevelopers(actor));
  if (projectId !== '') await standingIn(db.all, actor, projectId);
  const { statement: asked, values, cursorOf } = listed(sort, cursor);
  const filters = [projectId, skillId, active ?? null, asciiLower(text)];
  const found = await db.all(asked, [...filters, limit + 1, ...values]);
  const rows = found.map(decodeDeveloper);
  const skills = await skillsOf(
    db.all,
    rows.map((row) => row.id),
  );
  const present = (row: DeveloperRow) => presentDeveloper(row, skills.get(row.id) ?? []);
  return toPage(rows, limit, cursorOf, present);
}
