import type { CsvReport } from '../../../contract/csvSync.js';
import { text } from '../../../contract/text.js';
import type { Watcher } from '../../csv/syncPages.js';
import type { TableFile } from '../../csv/tableFile.js';
import type { Deps } from '../../features/deps.js';
import { syncDeveloperFile } from '../../features/developers/commands/syncDevelopers.js';
import { projectIdOf } from '../../features/projects/projects.queries.js';
import { syncTicketFile } from '../../features/tickets/commands/syncTickets.js';
import { AppError } from '../../kernel/errors.js';
import { findAdministrator } from '../administrator.js';

export interface SyncOrder extends TableFile {
  /** Address of the administrator who does it; null: the first there is. */
  readonly as: string | null;
  readonly dryRun: boolean;
  /** Compare what is there afterwards with the table. */
  readonly validate?: boolean;
}
export interface TicketOrder extends SyncOrder {
  /** Key of the project. */
  readonly project: string;
  readonly source: string;
}

/** @throws BAD_INPUT the project, the source or the administrator cannot be used; and what `syncTicketFile` throws. */
export async function takeTickets(deps: Deps, order: TicketOrder, watcher?: Watcher): Promise<CsvReport> {
  const { project, source, dryRun, validate } = order;
  const actor = await findAdministrator(deps.db.all, order.as);
  const projectId = await projectIdOf(deps.db, project);
  if (projectId === null) throw new AppError('BAD_INPUT', `There is no project ${project}.`);
  if (!text(60).safeParse(source).success) throw new AppError('BAD_INPUT', 'A source has 1 to 60 characters.');
  return syncTicketFile(deps, actor, { projectId, source, dryRun, validate }, order, watcher);
}

/** @throws BAD_INPUT the administrator cannot be used; and what `syncDeveloperFile` throws. */
export async function takeDevelopers(deps: Deps, order: SyncOrder, watcher?: Watcher): Promise<CsvReport> {
  const actor = await findAdministrator(deps.db.all, order.as);
  return syncDeveloperFile(deps, actor, { dryRun: order.dryRun, validate: order.validate }, order, watcher);
}
