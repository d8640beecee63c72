import { statement, type RunStatement } from '../../db/statement.js';
import { nestUnits } from '../../db/nestedUnits.js';
import type { Deps } from '../../features/deps.js';
import { createProject } from '../../features/projects/commands/createProject.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import type { Progress } from '../output.js';
import { findDoneRows, keyedRows } from './doneRows.js';
import { importRows } from './importRows.js';
import { logRows } from './logRows.js';
import type { Mapping } from './mapping.js';
import { peopleOf } from './people.js';
import type { ImportReport } from './report.js';
import { sortLog } from './sortedLog.js';

export interface ImportOrder {
  readonly file: string;
  readonly mapping: Mapping;
  /** Key of the project; null: the mapping's. */
  readonly projectKey: string | null;
  /** Address of the administrator who imports; null: the first there is. */
  readonly as: string | null;
  readonly dryRun: boolean;
  readonly progress: (total: number) => Progress;
}

/**
 * Turns a log into tickets, handovers and states by the commands that the API runs, each at the time of its row and in the order
 * of time over the whole file. Each command has an idempotency key made from what its row says: an import that was
 * cut short, or of a log that has grown, goes on where it ended. A dry run is the same in a transaction that is undone.
 * @throws BAD_INPUT the file, mapping or project cannot be used: nothing was written.
 */
export async function importLog(given: Deps, order: ImportOrder, report: ImportReport): Promise<void> {
  const { counts } = report;
  const log = await sortLog(logRows(order.file, order.mapping, report.misfit));
  try {
    counts.rowsRead = log.size + counts.misfits;
    const units = order.dryRun ? nestUnits(given.db) : null;
    const deps: Deps = units ? { ...given, db: units.db, wake: () => undefined } : given;
    await units?.begin();
    try {
      await importSorted(deps, order, report, log);
    } finally {
      await units?.rollback();
    }
  } finally {
    await log.close();
  }
}

async function importSorted(
  deps: Deps,
  { mapping, projectKey, as, progress }: ImportOrder,
  report: ImportReport,
  log: Awaited<ReturnType<typeof sortLog>>,
): Promise<void> {
  const { counts } = report;
  const { all } = deps.db;
  const actor = await findImporter(all, as);
  const project = await openProject(deps, actor, mapping, projectKey);
  const rows = () => keyedRows(log.rows(), mapping.name, project.key);
  const done = await findDoneRows(all, actor.userId, mapping.name, log.size, rows());
  const userOf = peopleOf(deps, actor, mapping.name, project.id, () => counts.peopleCreated++);
  const shown = progress(log.size);
  try {
    const context = { deps, actor, mapping, projectId: project.id, done, report, userOf };
    await importRows({ ...context, progress: (place) => shown.to(place) }, rows());
  } finally {
    shown.end();
  }
}

const findAdmin = statement(
  'import.admin',
  `SELECT u.id, u.name FROM users u WHERE u.role = 'ADMIN' AND u.active AND (u.email = $1 OR $1 = '')
   ORDER BY u.created_at, u.id LIMIT 1`,
);

async function findImporter(all: RunStatement, as: string | null): Promise<Actor> {
  const [admin] = await all<{ id: string; name: string }>(findAdmin, [as?.trim().toLowerCase() ?? '']);
  if (admin) return { userId: admin.id, name: admin.name, role: 'ADMIN', sessionId: null, mayWrite: true };
  throw new AppError(
    'BAD_INPUT',
    as === null
      ? 'There is no administrator yet. Make one first: baton admin create EMAIL.'
      : `${as} is not an active administrator. Name one with --as.`,
  );
}

const findProject = statement('import.project', 'SELECT p.id, p.key, p.is_archived FROM projects p WHERE p.key = $1');

async function openProject(deps: Deps, actor: Actor, mapping: Mapping, asked: string | null) {
  const key = asked ?? mapping.project?.key;
  if (key === undefined)
    throw new AppError('BAD_INPUT', 'Which project? Name it with --project KEY, or in the mapping ("project").');
  const [found] = await deps.db.all<{ id: string; key: string; is_archived: boolean | number }>(findProject, [key]);
  if (found?.is_archived)
    throw new AppError('CONFLICT', `The project ${key} is archived. Reopen it, or name another with --project.`);
  if (found) return { id: found.id, key };
  const name = mapping.project?.key === key ? mapping.project.name : key;
  const made = await createProject(deps, actor, { key, name, description: '', status: 'ACTIVE' });
  return { id: made.id, key };
}
