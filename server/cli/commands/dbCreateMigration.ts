import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { inSession, outputOf, tell, UsageError, type Session } from '../session.js';

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
    .description(
      'Writes a migration, dated now, into the folder migrations of the sources: an empty one, unless --auto.',
    )
    .option('--auto', 'up and down are the difference between the models and the database, which must be migrated')
    .addHelpText(
      'after',
      `
Tables, columns, defaults of new columns, references and indexes that models name are written. What changes in place is told, for you to write.

Examples:
  baton db create-migration add-ticket-due-date
  baton db create-migration add-ticket-due-date --auto`,
    )
    .action(async (name: string, { auto = false }: { auto?: boolean }, command: Command) => {
      if (auto) return inSession(command, { migrated: true }, (session) => writeDifference(session, name));
      const output = outputOf(command);
      try {
        const file = await writeMigration(name, template);
        output.result({ file });
        output.line(`Wrote ${file}. It runs with: baton db migrate`);
      } catch (error) {
        process.exitCode = tell(output, error);
      }
    });

async function writeDifference({ app, output }: Session, name: string): Promise<boolean> {
  const { autoMigration } = await import('../../db/autoMigration.js');
  const { allModels } = await import('../../db/allModels.js');
  const { text, byHand } = await autoMigration(app.deps.db.sequelize, allModels);
  const file = text === null ? null : await writeMigration(name, text);
  output.result({ file, byHand });
  output.line(
    file === null
      ? 'Nothing to write: tables and columns are those of the models.'
      : `Wrote ${file}. Read it, then: baton db migrate`,
  );
  for (const line of byHand) output.line(`To be written by hand: ${line}`);
  return byHand.length === 0;
}

async function writeMigration(name: string, text: string): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    throw new UsageError(`"${name}" is not a name such as add-ticket-due-date: lower case, digits and dashes.`);
  if (!existsSync(join(FOLDER, 'support')))
    throw new UsageError(`there is no folder ${FOLDER} here. Run this in the root of the sources.`);
  const stamp = new Date().toISOString().slice(0, 16).replace(/[-:]/g, '');
  const file = join(FOLDER, `${stamp}-${name}.ts`);
  await writeFile(file, text, { flag: 'wx' });
  return file;
}
