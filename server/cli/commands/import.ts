import { InvalidArgumentError, type Command } from 'commander';
import { ProjectKey } from '../../../contract/project.js';
import type { Output } from '../output.js';
import { inSession } from '../session.js';

interface Options {
  readonly map: string;
  readonly project?: string;
  readonly as?: string;
  readonly report?: string;
  readonly dryRun?: true;
  readonly validate: boolean;
}

const parseKey = (text: string) => {
  const key = ProjectKey.safeParse(text);
  if (!key.success) throw new InvalidArgumentError('A key is 2 to 10 of A-Z and 0-9, a letter first.');
  return key.data;
};

export const addImport = (program: Command): Command =>
  program
    .command('import')
    .argument('<file>', 'the export of a tracker, or a log as CSV')
    .requiredOption(
      '--map <mapping>',
      'whose export it is: jira, github, gitlab, linear or zendesk; or a JSON file that says what the columns mean: docs/IMPORT.md',
    )
    .option('--project <key>', 'project to import into; made if it is missing (default: the mapping’s)', parseKey)
    .option('--as <email>', 'administrator who imports (default: the first one)')
    .option('--report <file>', 'write every row that did not fit into this file, one JSON object a line')
    .option('--no-validate', 'do not read the file again to compare it with what is there afterwards')
    .option('--dry-run', 'do it all, report it, and undo it')
    .summary('take over the tickets of another system')
    .description(
      'Turns the export of a tracker into tickets with people, comments and links, or the rows of a log into tickets, handovers and states. Repeating it, or importing a newer file, takes over what is new.',
    )
    .addHelpText(
      'after',
      `
Mappings:
  jira      CSV: Export, CSV (all fields)
  github    JSON: issues as the REST API gives them, or gh issue list --json
  gitlab    CSV: Export issues as CSV
  linear    CSV: Export data
  zendesk   JSON: the JSON export, or the tickets API
  FILE      JSON file: one of these with words and times of your own, or the columns of a log

Examples:
  baton import issues.csv --map jira --project SUP --dry-run --report misfits.jsonl
  baton import tickets.json --map zendesk --project HELP
  baton import log.csv --map imports/helpdesk.json`,
    )
    .action((file: string, options: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { isOfTracker, mappingNamed } = await import('../import/trackers/trackerMapping.js');
        const mapping = await mappingNamed(options.map);
        const { dryRun = false, validate, project: projectKey = null, as = null, report: path = null } = options;
        const progress = (rows: number) => output.progress('Rows', rows);
        const order = { file, projectKey, as, dryRun, validate, progress };
        if (isOfTracker(mapping)) {
          const { importTracker, trackerReport } = await import('../import/trackers/importTracker.js');
          const report = trackerReport(path);
          await reported(report, () => importTracker(deps, { ...order, mapping }, report), output, dryRun);
        } else {
          const { importLog } = await import('../import/importLog.js');
          const { logReport } = await import('../import/report.js');
          const report = logReport(path);
          await reported(report, () => importLog(deps, { ...order, mapping }, report), output, dryRun);
        }
      }),
    );

async function reported(
  report: { opened(): Promise<void>; close(): Promise<void>; print(output: Output, dryRun: boolean): void },
  run: () => Promise<void>,
  output: Output,
  dryRun: boolean,
): Promise<void> {
  await report.opened();
  try {
    await run();
  } finally {
    await report.close();
  }
  report.print(output, dryRun);
}
