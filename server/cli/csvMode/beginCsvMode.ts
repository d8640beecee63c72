import type { CsvReport } from '../../../contract/csvSync.js';
import { CreateProjectInput } from '../../../contract/project.js';
import { RefusedConfiguration } from '../../config.js';
import { createMigrator, seedersSource } from '../../db/migrator.js';
import type { CsvMode } from '../../db/models/Installation.js';
import { statement } from '../../db/statement.js';
import type { Wake } from '../../db/wake.js';
import type { Deps } from '../../features/deps.js';
import { createProject } from '../../features/projects/commands/createProject.js';
import { nestUnits } from '../../db/nestedUnits.js';
import { AppError } from '../../kernel/errors.js';
import { findAdministrator } from '../administrator.js';
import { createFirstAdmin } from '../createAdmin.js';
import { oneTimePassword } from '../oneTimePassword.js';
import { csvModeOf, storeCsvMode } from './csvModeRow.js';
import { tableNames, type CsvFolder, type TableName } from './csvFolder.js';
import { csvTables } from './csvTables.js';

/** Reserved by RFC 2606: nobody is sent mail there. */
export const ADMIN_EMAIL = 'admin@csv.invalid';
const project = { key: 'CSV', name: 'Tickets' };

const anyUser = statement('csvMode.anyUser', 'SELECT id FROM users LIMIT 1');

export interface Begun {
  readonly mode: CsvMode;
  /** To sign in with for the first time; null: the database was begun before. */
  readonly password: string | null;
}

/**
 * Makes sure that the database is this folder's: an empty one is begun from its files, all of them or nothing.
 * @throws RefusedConfiguration it is another's, or a file cannot be taken over whole.
 */
export async function beginCsvMode(deps: Deps, folder: CsvFolder): Promise<Begun> {
  const mode = await csvModeOf(deps.db.all);
  if (mode && mode.folder !== folder.path)
    throw new RefusedConfiguration(
      `the database was begun from ${mode.folder}: serve that folder, or another database`,
    );
  if (mode) return { mode, password: null };
  if ((await deps.db.all(anyUser, [])).length > 0)
    throw new RefusedConfiguration('the database is not empty: --csv begins with an empty one (DATABASE_URL)');
  await createMigrator(deps.db, deps.log, seedersSource).up();
  return beginEmpty(deps, folder);
}

async function beginEmpty(deps: Deps, folder: CsvFolder): Promise<Begun> {
  const there: TableName[] = [];
  for (const name of tableNames) if ((await folder.take(name, 'base')) !== null) there.push(name);
  if (there.length === 0) throw new RefusedConfiguration(`${folder.path} holds neither developers.csv nor tickets.csv`);
  const password = oneTimePassword();
  const mode = await inOne(deps, async (within) => {
    await createFirstAdmin(within, { email: ADMIN_EMAIL, name: 'Administrator', password });
    const admin = await findAdministrator(within.db.all, ADMIN_EMAIL);
    const { id: projectId } = await createProject(within, admin, CreateProjectInput.parse(project));
    const begun: CsvMode = { folder: folder.path, projectId, adminId: admin.userId, taken: {} };
    await storeCsvMode(within.db.all, begun, deps.clock.now());
    for (const name of there) await takeWhole(within, begun, name, folder.copyOf(name, 'base'), []);
    return begun;
  });
  return { mode, password };
}

/**
 * Takes a table over, or what was changed in it.
 * @throws BAD_INPUT naming rows that do not fit: they would be gone when the file is written.
 */
export async function takeWhole(
  deps: Deps,
  mode: CsvMode,
  name: TableName,
  file: string,
  origins: readonly string[],
): Promise<CsvReport> {
  const admin = await findAdministrator(deps.db.all, null);
  const report = await csvTables[name].read(deps, admin, mode, file, origins).catch((error: unknown) => {
    throw error instanceof AppError ? new AppError(error.code, `${name}.csv: ${error.message}`) : error;
  });
  const [first] = report.refusals;
  if (!first) return report;
  const { line, column, reason } = first;
  const others = report.refused > 1 ? `, and ${report.refused - 1} more rows do not fit` : '';
  throw new AppError(
    'BAD_INPUT',
    `${name}.csv, line ${line}${column === null ? '' : `, ${column}`}: ${reason}${others}`,
  );
}

/** Runs commands in one transaction; those who follow are told of them once it is committed. */
export async function inOne<Result>(deps: Deps, work: (within: Deps) => Promise<Result>): Promise<Result> {
  const units = nestUnits(deps.db);
  const wakes: Wake[] = [];
  await units.begin();
  let result: Result;
  try {
    result = await work({ ...deps, db: units.db, wake: (moved) => void wakes.push(...moved) });
  } catch (error) {
    await units.rollback();
    throw error;
  }
  await units.commit();
  deps.wake(wakes);
  return result;
}
