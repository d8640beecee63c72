import { statement } from '../../db/statement.js';
import type { Deps } from '../../features/deps.js';
import { createProject } from '../../features/projects/commands/createProject.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';

interface NamedProject {
  readonly key: string;
  readonly name: string;
}

/** @throws BAD_INPUT nobody has named one. */
export function keyOfProject(named: string | null, ofMapping: NamedProject | undefined): string {
  const key = named ?? ofMapping?.key;
  if (key !== undefined) return key;
  throw new AppError('BAD_INPUT', 'Which project? Name it with --project KEY, or in the mapping ("project").');
}

const findProject = statement('import.project', 'SELECT p.id, p.is_archived FROM projects p WHERE p.key = $1');

/** The id of the project of this key, which is made if it is missing. @throws CONFLICT it is archived. */
export async function openProject(
  deps: Deps,
  actor: Actor,
  ofMapping: NamedProject | undefined,
  key: string,
): Promise<string> {
  const [found] = await deps.db.all<{ id: string; is_archived: boolean | number }>(findProject, [key]);
  if (found?.is_archived)
    throw new AppError('CONFLICT', `The project ${key} is archived. Reopen it, or name another with --project.`);
  if (found) return found.id;
  const name = ofMapping?.key === key ? ofMapping.name : key;
  return (await createProject(deps, actor, { key, name, description: '', status: 'ACTIVE' })).id;
}
