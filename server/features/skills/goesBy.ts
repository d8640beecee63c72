import type { RunStatement } from '../../db/statement.js';
import { allSkills, skillKey } from './skillNames.js';

/** The name that a skill goes by, of any name that it has; a name that none has is its own. */
export async function skillsGoBy(all: RunStatement): Promise<(name: string) => string> {
  const skills = await allSkills({ all });
  const known = new Map(
    skills.flatMap(({ name, aliases }) => [name, ...aliases].map((each) => [skillKey(each), name] as const)),
  );
  return (name) => known.get(skillKey(name)) ?? name;
}
