import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { outputOf, tell, UsageError } from '../session.js';

const FOLDER = 'migrations';

const template = `import type { Migration } from '../server/db/migration.js';
import { run } from './support/sql.js';

export const up: Migration = (step) => run(step, []);

export const down: Migration = (step) => run(step, []);
`;

export const addDbCreateMigration = (parent: Command): Command =>
  parent
    .command('create-migration')
    .argument('<name>', 'what it does, e.g. add-ticket-due-date')
    .summary('begin a new migration')
    .description('Writes an empty migration, dated now, into the folder migrations of the sources.')
    .addHelpText('after', '\nExample:\n  baton db create-migration add-ticket-due-date')
    .action(async (name: string, _, command: Command) => {
      const output = outputOf(command);
      try {
        const file = await writeMigration(name);
        output.result({ file });
        output.line(`Wrote ${file}. It runs with: baton db migrate`);
      } catch (error) {
        process.exitCode = tell(output, error);
      }
    });

async function writeMigration(name: string): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    throw new UsageError(`"${name}" is not a name such as add-ticket-due-date: lower case, digits and dashes.`);
  if (!existsSync(join(FOLDER, 'support')))
    throw new UsageError(`there is no folder ${FOLDER} here. Run this in the root of the sources.`);
  const stamp = new Date().toISOString().slice(0, 16).replace(/[-:]/g, '');
  const file = join(FOLDER, `${stamp}-${name}.ts`);
  await writeFile(file, template, { flag: 'wx' });
  return file;
}
