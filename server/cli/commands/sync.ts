import type { Command } from 'commander';
import type { CsvReport } from '../../../contract/csvSync.js';
import type { Watcher } from '../../csv/syncPages.js';
import type { Deps } from '../../features/deps.js';
import type { SyncOrder, TicketOrder } from '../sync/syncFile.js';
import { inSession } from '../session.js';

interface Options extends Omit<SyncOrder, 'file' | 'as' | 'dryRun' | 'validate'> {
  readonly as?: string;
  readonly report?: string;
  readonly dryRun?: true;
  readonly validate: boolean;
}
type TicketOptions = Options & Pick<TicketOrder, 'project' | 'source'>;

const ticketExamples = `
  baton sync tickets plan.csv --project SUP --dry-run --report refused.csv
  baton sync tickets plan.csv --project SUP --source planning`;
const developerExamples = `
  baton sync developers team.csv --dry-run
  baton --json sync developers team.csv`;

/** What every table is read by. */
const ofTable = (command: Command): Command =>
  command
    .argument('<file>', 'the table, as CSV with a header, up to 100 MiB')
    .option('--as <email>', 'administrator who does it (default: the first one)')
    .option('--encoding <name>', 'of a file without a byte order mark', 'utf-8')
    .option('--delimiter <sign>', 'between cells', ',')
    .option('--report <file>', 'write every row that was refused into this file, as CSV with line, column and reason')
    .option('--no-validate', 'do not read the file again to compare it with what is there afterwards')
    .option('--dry-run', 'do it all, report it, and undo it');

export function addSync(program: Command): void {
  const sync = program
    .command('sync')
    .summary('take over a table, again and again')
    .description(
      'Makes what the rows of a CSV file name, or brings it up to date. The same file twice changes nothing: docs/IMPORT.md.',
    )
    .addHelpText('after', `\nExamples:${ticketExamples}${developerExamples}`);
  ofTable(sync.command('tickets'))
    .requiredOption('--project <key>', 'project of the tickets')
    .option('--source <name>', 'where they come from: with the column "id" it tells them apart', 'csv')
    .summary('columns id, description, title, story_points, required_skill, priority, due_date')
    .addHelpText('after', `\nExamples:${ticketExamples}`)
    .action((file: string, options: TicketOptions, command: Command) =>
      run(command, options, async (deps, watcher) => {
        const { project, source } = options;
        const { takeTickets } = await import('../sync/syncFile.js');
        return takeTickets(deps, { ...orderOf(file, options), project, source }, watcher);
      }),
    );
  ofTable(sync.command('developers'))
    .summary('columns name, title, experience_years, current_workload, availability, skills')
    .addHelpText('after', `\nExamples:${developerExamples}`)
    .action((file: string, options: Options, command: Command) =>
      run(command, options, async (deps, watcher) => {
        const { takeDevelopers } = await import('../sync/syncFile.js');
        return takeDevelopers(deps, orderOf(file, options), watcher);
      }),
    );
}

const orderOf = (file: string, { as, dryRun, validate, encoding, delimiter }: Options): SyncOrder => ({
  file,
  as: as ?? null,
  dryRun: dryRun === true,
  validate,
  encoding,
  delimiter,
});

const run = (
  command: Command,
  { report: file }: Options,
  work: (deps: Deps, watcher: Watcher) => Promise<CsvReport>,
): Promise<void> =>
  inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
    const { printCsvReport, watched } = await import('../sync/printCsvReport.js');
    const { refusedRows } = await import('../sync/refusedRows.js');
    const refused = file === undefined ? null : refusedRows(file);
    await refused?.opened();
    const { watcher, end } = watched(output, refused);
    const begun = performance.now();
    let report: CsvReport;
    try {
      report = await work(deps, watcher);
    } finally {
      end();
      await refused?.close();
    }
    printCsvReport(output, report, { seconds: (performance.now() - begun) / 1_000, file: file ?? null });
  });
