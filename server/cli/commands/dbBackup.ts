import type { Command } from 'commander';
import { exitCodes, inSession } from '../session.js';
import { sizeText } from '../sizeText.js';

/** Sorts by time, and is a name on every file system. */
const nameOf = (now: Date): string => `baton-${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.tar`;

export const addDbBackup = (parent: Command): Command =>
  parent
    .command('backup')
    .argument('[file]', 'where to write it; left out, baton-<time>.tar here')
    .summary('write all of the database into one file')
    .description(
      'Writes rows and attachments, as they are at one moment, into one file, which either kind of database can be restored from. Servers go on meanwhile.',
    )
    .option('--no-files', 'leave out the bytes of attachments, when their storage has backups of its own')
    .addHelpText(
      'after',
      `
The file is a tar of compressed JSON lines with digests of all of it. It holds everything, hashes of passwords and keys among it: keep it safe.

Examples:
  baton db backup
  baton db backup /backups/today.tar --json`,
    )
    .action((file: string | undefined, { files }: { files: boolean }, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { backup } = await import('../../backup/backup.js');
        const { db, clock } = deps;
        const now = clock.now();
        const begun = performance.now();
        const shown = output.progress('Rows', 1);
        const store = files ? deps.files.store : null;
        const progress = (done: number, of: number) => shown.to(done, of);
        const made = await backup({ db, store, now, file: file ?? nameOf(now), progress }).finally(() => shown.end());
        const seconds = (performance.now() - begun) / 1_000;
        output.result({ ...made, seconds });
        output.line(
          `Wrote ${made.file}: ${made.rows} rows, ${made.files} attachments, ${sizeText(made.bytes)}, in ${seconds.toFixed(1)} s.`,
        );
        if (made.missing.length === 0) return;
        output.line(`It lacks the bytes of attachments that were not in the storage: ${made.missing.join(', ')}`);
        process.exitCode = exitCodes.failed;
      }),
    );
