import type { Command } from 'commander';
import { inSession } from '../session.js';
import { sizeText } from '../sizeText.js';

const SHOWN = 15;

export const addDbStats = (parent: Command): Command =>
  parent
    .command('stats')
    .summary('how large everything is')
    .description('Rows and sizes of tables and indexes, and the projects in which most has happened.')
    .addHelpText('after', '\nExamples:\n  baton db stats\n  baton db stats --json')
    .action((_, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { sizesOf } = await import('../../backup/statistics.js');
        const { db } = deps;
        const sizes = await db.snapshot((all) => sizesOf(db, all));
        output.result(sizes);
        const { dialect, version, bytes, tables, indexes, projects, feeds, attachments } = sizes;
        output.line(`${dialect} ${version}, ${sizeText(bytes)}`);
        output.line(`${attachments.files} files of attachments, ${sizeText(attachments.bytes)}`);
        output.line(`${feeds.people} personal streams with ${feeds.events} events\n`);
        output.table([
          ['TABLE', 'ROWS', 'SIZE', 'INDEXES'],
          ...tables.map(({ table, rows, bytes: size, indexBytes }) => [
            table,
            String(rows),
            sizeText(size),
            sizeText(indexBytes),
          ]),
        ]);
        output.line();
        output.table([
          ['LARGEST INDEXES', 'OF', 'SIZE'],
          ...indexes.slice(0, SHOWN).map(({ index, table, bytes: size }) => [index, table, sizeText(size)]),
        ]);
        output.line();
        output.table([
          ['PROJECT', 'TICKETS', 'UNFINISHED', 'LAST EVENT', 'OLDEST KEPT'],
          ...projects.map(({ key, tickets, open, head, oldest }) => [
            key,
            ...[tickets, open, head, oldest].map(String),
          ]),
        ]);
      }),
    );
