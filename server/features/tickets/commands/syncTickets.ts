import { basename } from 'node:path';
import type { CsvReport, SyncTicketsInput } from '../../../../contract/csvSync.js';
import { csvTextBatches } from '../../../csv/csvRecords.js';
import { tableRows } from '../../../csv/csvTable.js';
import { oneCsvPage, type CsvPage } from '../../../csv/pages.js';
import { spooled, type SentBytes } from '../../../csv/spooled.js';
import { inPages, type Watcher } from '../../../csv/syncPages.js';
import { recordsOfFile, type TableFile } from '../../../csv/tableFile.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { placedSoon } from '../../proposals/ticketsToPlace.js';
import { standingIn } from '../../projects/projects.queries.js';
import { orNull } from '../../validations/compare/summary.js';
import { rehearse } from '../../rehearse.js';
import { syncTicketPage, type TicketSync } from '../syncTicketPage.js';
import { canSyncTickets } from '../tickets.policy.js';
import { ticketLines, ticketTable, type TicketLine } from '../ticketTable.js';
import { validateTicketSync } from '../validateSync.js';

/**
 * Makes the tickets of a CSV text in a project, or gives those that are there what it says; the same text twice changes nothing. Where the
 * project's `autoAssign` says so, the planner finds somebody for those that are made.
 * @throws BAD_INPUT it is no CSV, lacks a column, or has more rows than are taken at once; and what `syncTicketPage` throws.
 */
export async function syncTickets(deps: Deps, actor: Actor, input: SyncTicketsInput): Promise<CsvReport> {
  const page = await oneCsvPage(ticketLines(csvTextBatches(input.csv, input.delimiter)));
  const run = (within: Deps) => syncTicketPage(within, actor, input, page);
  if (input.dryRun) return rehearse(deps, run);
  const report = await placedSoon(deps, run(deps));
  if (input.validate !== true) return report;
  const again = ticketLines(csvTextBatches(input.csv, input.delimiter));
  const table = { name: input.source, rows: report.rows };
  return { ...report, validation: await orNull(deps, validateTicketSync(deps, actor, input, again, table)) };
}

/**
 * The same of a file of any length up to 100 MiB, page by page.
 * @throws BAD_INPUT, PAYLOAD_TOO_LARGE see `inPages`; and what `syncTicketPage` throws.
 */
export async function syncTicketFile(
  deps: Deps,
  actor: Actor,
  { validate = false, ...sync }: Omit<TicketSync, 'idempotencyKey'> & { readonly validate?: boolean | undefined },
  table: TableFile,
  watcher?: Watcher,
  kind: typeof ticketTable = ticketTable,
): Promise<CsvReport> {
  const write = (page: CsvPage<TicketLine>) => {
    const run = (within: Deps) => syncTicketPage(within, actor, sync, page);
    return sync.dryRun ? rehearse(deps, run) : run(deps);
  };
  const report = await placedSoon(deps, inPages(table, kind, write, watcher));
  if (!validate || sync.dryRun) return report;
  const again = kind.lines(tableRows(recordsOfFile(table), kind.shape));
  const about = { name: table.name ?? basename(table.file), rows: report.rows };
  return { ...report, validation: await orNull(deps, validateTicketSync(deps, actor, sync, again, about)) };
}

/**
 * The same of a table that is still to come.
 * @throws FORBIDDEN, NOT_FOUND before anything of it is read; UNAVAILABLE it broke off; and what `syncTicketFile` throws.
 */
export async function syncSentTickets(
  deps: Deps,
  actor: Actor,
  { projectId, source, dryRun, validate, delimiter }: SyncTicketsInput,
  { bytes, encoding }: SentBytes,
): Promise<CsvReport> {
  demand(canSyncTickets(await standingIn(deps.db.all, actor, projectId)));
  return spooled(bytes, (file) =>
    syncTicketFile(
      deps,
      actor,
      { projectId, source, dryRun, validate },
      { file, encoding, delimiter, name: 'The table' },
    ),
  );
}
