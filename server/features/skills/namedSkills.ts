import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { addSkill } from './addSkill.js';
import { allSkills, skillKey, skillsInTurn } from './skillNames.js';
import { canManageSkills } from './skills.policy.js';
import type { SkillRow } from './skills.present.js';

export interface NamedSkills {
  /** Undefined: there is none of this name, and the actor may not make one. */
  readonly idOf: (name: string) => string | undefined;
  readonly created: readonly string[];
}

/**
 * Skills by their names or aliases. Those that there are not are made when the actor may; so it comes before all other locks of the
 * unit.
 */
export async function namedSkills(unit: UnitOfWork, actor: Actor, names: readonly string[]): Promise<NamedSkills> {
  const known = byName(await allSkills(unit));
  const idOf = (name: string) => known.get(skillKey(name))?.id;
  if (names.every((name) => idOf(name) !== undefined) || !canManageSkills(actor).allowed) return { idOf, created: [] };
  const inTurn = await skillsInTurn(unit);
  for (const [key, skill] of byName(inTurn)) known.set(key, skill);
  const created: string[] = [];
  for (const name of names) {
    if (idOf(name) !== undefined) continue;
    const skill = await addSkill(unit, inTurn, { name, aliases: [] });
    known.set(skillKey(name), skill);
    created.push(name);
  }
  return { idOf, created };
}

const byName = (skills: readonly SkillRow[]): Map<string, SkillRow> =>
  new Map(skills.flatMap((skill) => [skill.name, ...skill.aliases].map((name) => [skillKey(name), skill] as const)));
