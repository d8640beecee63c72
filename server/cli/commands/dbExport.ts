import { Option, type Command } from 'commander';
import { exportFormats } from '../../backup/exportFormats.js';
import { inSession } from '../session.js';

interface Options {
  readonly format: (typeof exportFormats)[number];
  readonly out?: string;
  readonly table?: readonly string[];
}

export const addDbExport = (parent: Command): Command =>
  parent
    .command('export')
    .addOption(new Option('--format <format>', 'of the files').choices(exportFormats).makeOptionMandatory())
    .option('--out <folder>', 'where to write them; left out, baton-export-<time> here')
    .option('--table <names...>', 'only these tables')
    .summary('write tables for others to read')
    .description(
      'Writes one file for each table, as all is at one moment, without hashes of passwords and keys. It cannot be restored from: that is "baton db backup".',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  baton db export --format csv --table tickets comments\n  baton db export --format json --out /tmp/tables',
    )
    .action(({ format, out, table = [] }: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { exportTables } = await import('../../backup/exportTables.js');
        const { db, clock } = deps;
        const folder = out ?? `baton-export-${clock.now().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
        const shown = output.progress('Rows', 1);
        const progress = (done: number, of: number) => shown.to(done, of);
        const files = await db
          .snapshot((all) => exportTables({ db, format, folder, tables: table, progress }, all))
          .finally(() => shown.end());
        output.result({ folder, files });
        output.table([['FILE', 'ROWS'], ...files.map(({ file, rows }) => [file, String(rows)])]);
      }),
    );
