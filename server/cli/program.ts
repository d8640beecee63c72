import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAdmin } from './commands/admin.js';
import { addDb } from './commands/db.js';
import { addHealth } from './commands/health.js';
import { addImport } from './commands/import.js';
import { addSeed } from './commands/seed.js';
import { addServe } from './commands/serve.js';
import { addSync } from './commands/sync.js';
import { outputFor, writeHelp, writeUsageError } from './output.js';
import { exitCodes } from './session.js';

const examples = `
Examples:
  baton serve                                       the server and the board, on http://127.0.0.1:4000/
  baton db migrate                                  bring the database up to date
  baton seed --demo                                 people, projects and tickets to look at
  baton admin create ada@example.com                the first administrator
  baton import log.csv --map map.json --dry-run     see what a log would become
  baton sync tickets plan.csv --project SUP         tickets of a table, made or brought up to date

Settings come from the environment; .env.example lists them.
Exit codes: 0 done, 1 failed, 2 wrong usage, 78 refused configuration.`;

/** The version of package.json, one folder further up from the compiled program than from this file. */
function version(): string {
  const path = import.meta.url.endsWith('.js') ? '../../../package.json' : '../../package.json';
  return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
}

const createProgram = (): Command => {
  const program = new Command('baton')
    .description('Tickets change hands, and everyone sees it live.')
    .version(version())
    .option('--json', 'one JSON document instead of words, for machines')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: writeHelp, writeErr: writeUsageError })
    .showHelpAfterError('(--help tells what there is)')
    .addHelpText('after', examples)
    .exitOverride();
  for (const add of [addServe, addDb, addSeed, addImport, addSync, addAdmin, addHealth]) add(program);
  return program;
};

/** Runs the command that `args` name, with the environment and the streams of this process, and sets its exit code. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong already; asking for help or the version is not wrong.
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error.exitCode !== 0) outputFor(args.includes('--json')).result(usageError(error));
  }
}

/** Commander's words for a machine, which reads nothing of what was written for people. */
function usageError({ code, message }: CommanderError) {
  const said = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '');
  return { error: { code: 'USAGE', message: `${said} (--help tells what there is)` } };
}
