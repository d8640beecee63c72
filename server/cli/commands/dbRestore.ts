import type { Command } from 'commander';
import type { Restored } from '../../backup/restore.js';
import type { Config } from '../../config.js';
import { orNull } from '../../features/validations/compare/summary.js';
import { databaseName } from '../databaseName.js';
import type { WriteDeps } from '../../db/unitOfWork.js';
import type { recordRestore } from '../recordCopies.js';
import type { Output, Progress } from '../output.js';
import { printValidation } from '../printValidation.js';
import { inSession, UsageError } from '../session.js';

interface Options {
  readonly force?: boolean;
  readonly yesIMean?: string;
  readonly keepSessions?: boolean;
  readonly adoptFiles?: boolean;
  readonly validate: boolean;
}

export const addDbRestore = (parent: Command): Command =>
  parent
    .command('restore')
    .argument('<file>', 'that "baton db backup" wrote')
    .summary('put back what a backup holds')
    .description(
      'Verifies all of the file, then fills an empty database, of either kind, with it. Attachments come back into the storage.',
    )
    .option('--force', 'also into a database that is not empty: what it holds is gone')
    .option('--yes-i-mean <name>', 'in production, with --force: the name of the database that is replaced')
    .option('--keep-sessions', 'who was signed in when the backup was made still is; else all sign in again')
    .option('--adopt-files', 'the database that the storage of attachments belonged to is gone: it is this one’s now')
    .option(
      '--no-validate',
      'do not load the file once more, beside it, to compare both, which it keeps as a validation',
    )
    .addHelpText(
      'after',
      `
Stop the servers first. Whoever followed the database reloads: it is another history from here on. An older backup is brought up to date.

Examples:
  DATABASE_URL=postgres://baton@db/baton baton db restore baton-20261127T060000Z.tar
  baton db restore old.tar --force`,
    )
    .action((file: string, options: Options, command: Command) =>
      inSession(command, {}, async ({ app: { deps, migrator }, config, output }) => {
        demandMeant(config, options);
        const { restore } = await import('../../backup/restore.js');
        const { createMissingDatabase } = await import('../createDatabase.js');
        const begun = performance.now();
        const shown = inPhases(output);
        const { force = false, keepSessions = false, adoptFiles = false } = options;
        const { db, clock } = deps;
        const { store } = deps.files;
        const now = clock.now();
        const done = await restore({
          db,
          migrator,
          file,
          store,
          now,
          force,
          keepSessions,
          adoptFiles,
          verified: () => createMissingDatabase(config),
          progress: shown.progress,
        }).finally(shown.end);
        const seconds = (performance.now() - begun) / 1_000;
        tellRestored(output, done, seconds);
        const validation = options.validate ? await validated({ file, now, keepSessions }, deps) : undefined;
        output.result({ ...done, validation, seconds });
        printValidation(output, validation);
      }),
    );

async function validated(restored: Parameters<typeof recordRestore>[0], deps: WriteDeps) {
  const { recordRestore } = await import('../recordCopies.js');
  return orNull(deps, recordRestore(restored, deps));
}

function demandMeant({ production, databaseUrl }: Config, { force = false, yesIMean }: Options): void {
  const name = databaseName(databaseUrl);
  if (yesIMean !== undefined && yesIMean !== name)
    throw new UsageError(`the database is called ${name}, and not ${yesIMean}.`);
  if (production && force && yesIMean === undefined)
    throw new UsageError(
      `this is production, and --force throws away what the database holds. If you are sure: --force --yes-i-mean ${name}`,
    );
}

const labels = { verify: 'Bytes verified', load: 'Rows' } as const;

/** One bar for the file that is verified, and one for the rows that are loaded. */
function inPhases(output: Output) {
  const state: { phase: keyof typeof labels | null; shown: Progress | null } = { phase: null, shown: null };
  const end = () => state.shown?.end();
  return {
    end,
    progress: (phase: keyof typeof labels, done: number, of: number) => {
      if (phase !== state.phase) {
        end();
        Object.assign(state, { phase, shown: output.progress(labels[phase], of) });
      }
      state.shown?.to(done, of);
    },
  };
}

function tellRestored(
  output: Output,
  { rows, files, createdAt, migrated, ownsFiles }: Restored,
  seconds: number,
): void {
  output.line(`Restored ${rows} rows and ${files} attachments of ${createdAt} in ${seconds.toFixed(1)} s.`);
  if (migrated.length > 0) output.line(`Ran ${migrated.length} migrations that are newer.`);
  if (!ownsFiles)
    output.line(
      'The storage of attachments belongs to another database, so nothing is removed from it. If that one is gone: --adopt-files',
    );
  output.line('To look it over: baton db validate');
}
