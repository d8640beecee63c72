import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError } from '../../kernel/errors.js';

/** The ticket and everything above it, at most 100 steps. */
const ancestors = statement(
  'tickets.ancestors',
  `WITH RECURSIVE up (id, parent_id, project_id, deleted_at, depth) AS (
     SELECT id, parent_id, project_id, deleted_at, 0 FROM tickets WHERE id = $1
     UNION ALL SELECT t.id, t.parent_id, t.project_id, t.deleted_at, up.depth + 1 FROM tickets t JOIN up ON t.id = up.parent_id
     WHERE up.depth < 100)
   SELECT id, project_id, deleted_at, depth FROM up`,
);

const holdLine = statement(
  'tickets.holdAncestors',
  (d) => `SELECT t.id FROM tickets t WHERE ${d.anyOf('t.id', '$1')} ORDER BY t.id ${d.lock('SHARE', 't')}`,
);

export interface Ancestor {
  readonly id: string;
  readonly project_id: string;
  readonly deleted_at: unknown;
  readonly depth: number;
}

/**
 * The line above, held against changes: two tickets that are put below each other at once would each see a line without
 * the other. Whoever moves one of the line holds its row, so they wait for each other, and one of them starts anew.
 */
export async function holdAncestors(unit: UnitOfWork, parentId: string): Promise<Ancestor[]> {
  let line = await unit.all<Ancestor>(ancestors, [parentId]);
  for (;;) {
    const ids = line.map(({ id }) => id);
    await unit.all(holdLine, [ids]);
    line = await unit.all<Ancestor>(ancestors, [parentId]);
    if (line.every(({ id }) => ids.includes(id))) return line;
  }
}

/** Those of the line above, not held: to be locked together with others. */
export const readAncestors = (unit: UnitOfWork, parentId: string): Promise<Ancestor[]> =>
  unit.all<Ancestor>(ancestors, [parentId]);

interface Child {
  /** Null: it is being made. */
  readonly id: string | null;
  readonly projectId: string;
  /** Where it stands now: whatever became of that ticket, it may stay there. */
  readonly parentId?: string | null;
}

/** @throws BAD_INPUT the parent is missing, deleted, of another project, or the ticket itself or below it. */
export async function demandParent(unit: UnitOfWork, parentId: string, child: Child): Promise<void> {
  const problem = parentProblem(await holdAncestors(unit, parentId), child);
  if (problem) throw problem;
}

/** Why the first of this line cannot be the parent: what {@link demandParent} throws, or null. */
export function parentProblem(line: readonly Ancestor[], child: Child): AppError | null {
  const parent = line.find(({ depth }) => depth === 0);
  const field = { field: 'parentId' };
  if (parent && parent.id === child.parentId) return null;
  if (!parent || parent.project_id !== child.projectId || parent.deleted_at !== null)
    return new AppError('BAD_INPUT', 'The parent is not a ticket of this project.', field);
  if (line.some(({ id }) => id === child.id))
    return new AppError('BAD_INPUT', 'A ticket cannot stand below itself.', field);
  return null;
}
