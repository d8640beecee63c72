import { InvalidArgumentError, type Command } from 'commander';
import { ProjectKey } from '../../../contract/project.js';
import { inSession } from '../session.js';

interface Options {
  readonly map: string;
  readonly project?: string;
  readonly as?: string;
  readonly report?: string;
  readonly dryRun?: true;
}

const parseKey = (text: string) => {
  const key = ProjectKey.safeParse(text);
  if (!key.success) throw new InvalidArgumentError('A key is 2 to 10 of A-Z and 0-9, a letter first.');
  return key.data;
};

export const addImport = (program: Command): Command =>
  program
    .command('import')
    .argument('<file>', 'the log, as CSV')
    .requiredOption('--map <mapping>', 'JSON file that says what the columns mean: docs/IMPORT.md')
    .option('--project <key>', 'project to import into; made if it is missing (default: the mapping’s)', parseKey)
    .option('--as <email>', 'administrator who imports (default: the first one)')
    .option('--report <file>', 'write every row that did not fit into this file, one JSON object a line')
    .option('--dry-run', 'do it all, report it, and undo it')
    .summary('take over the log of another system')
    .description(
      'Turns the rows of a log into tickets, handovers and states, in the order of their times. Repeating it, or importing a longer log, goes on where the last run ended.',
    )
    .addHelpText(
      'after',
      `
Examples:
  baton import log.csv --map imports/helpdesk.json --dry-run --report misfits.jsonl
  baton import log.csv --map imports/helpdesk.json --project HELP`,
    )
    .action((file: string, options: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { readMapping } = await import('../import/mapping.js');
        const { importLog } = await import('../import/importLog.js');
        const { ImportReport } = await import('../import/report.js');
        const mapping = await readMapping(options.map);
        const report = new ImportReport(options.report ?? null);
        const { dryRun = false, project: projectKey = null, as = null } = options;
        const progress = (rows: number) => output.progress('Rows', rows);
        try {
          await importLog(deps, { file, mapping, projectKey, as, dryRun, progress }, report);
          report.print(output, dryRun);
        } finally {
          await report.close();
        }
      }),
    );
