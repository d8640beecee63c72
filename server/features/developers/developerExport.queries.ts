import type { z } from 'zod';
import type { DeveloperExport, ExportDevelopersInput } from '../../../contract/csvSync.js';
import type { Developer } from '../../../contract/developer.js';
import { limits } from '../../../contract/limits.js';
import { tableText } from '../../csv/tableText.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { developerColumns, USUAL_LEVEL } from './developerTable.js';
import { listDevelopers } from './developers.queries.js';

/** Work profiles as `developers.sync` reads them. @throws FORBIDDEN for customers; BAD_INPUT a foreign cursor. */
export async function exportDevelopers(
  deps: Deps,
  actor: Actor,
  { cursor }: z.output<typeof ExportDevelopersInput>,
): Promise<DeveloperExport> {
  const found: Developer[] = [];
  let next = cursor ?? null;
  do {
    const at = next === null ? {} : { cursor: next };
    const page = await listDevelopers(deps, actor, { limit: limits.pageSizeMax, ...at });
    found.push(...page.items);
    next = page.nextCursor;
  } while (next !== null && found.length + limits.pageSizeMax <= limits.exportRowsMax);
  const header = cursor === undefined ? [[...developerColumns]] : [];
  const lines = found.map(developerCells);
  const text = tableText([...header, ...lines]);
  return { text, developers: found.length, nextCursor: next };
}

/** In the order of `developerColumns`. */
export const developerCells = ({
  name,
  title,
  experienceYears,
  currentWorkload,
  availability,
  skills,
}: Developer): string[] => [
  name,
  title ?? '',
  String(experienceYears),
  String(currentWorkload),
  String(availability),
  skills.map((skill) => (skill.level === USUAL_LEVEL ? skill.name : `${skill.name}:${skill.level}`)).join('; '),
];
