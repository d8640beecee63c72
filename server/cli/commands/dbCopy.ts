import type { Command } from 'commander';
import type { Config } from '../../config.js';
import { databaseName, shownUrl } from '../databaseName.js';
import type { Database } from '../../db/database.js';
import type { RunStatement } from '../../db/statement.js';
import type { ValidationSummary } from '../../../contract/finding.js';
import { orNull } from '../../features/validations/compare/summary.js';
import { printValidation } from '../printValidation.js';
import { isDatabase } from '../../settings.js';
import { inSession, UsageError, type Session } from '../session.js';

interface Options {
  readonly to: string;
  readonly force?: boolean;
  readonly yesIMean?: string;
  readonly move?: boolean;
  readonly validate: boolean;
}

export const addDbCopy = (parent: Command): Command =>
  parent
    .command('copy')
    .requiredOption('--to <url>', 'the other database, as in DATABASE_URL: sqlite:<file> or postgres://…')
    .summary('copy everything into another database')
    .description(
      'Fills another database with what DATABASE_URL holds at one moment, from SQLite to PostgreSQL for instance, and reads it back: it is kept only when both are equal.',
    )
    .option('--move', 'this database is not used any more: who is signed in stays so, and clients go on where they are')
    .option(
      '--no-validate',
      'do not compare both row by row and by what they answer, which the copy keeps as a validation',
    )
    .option('--force', 'also into a database that is not empty: what it holds is gone')
    .option('--yes-i-mean <name>', 'in production, with --force: the name of the database that is replaced')
    .addHelpText(
      'after',
      `
Attachments stay in their storage. Without --move the copy is another history, whose storage must be another one too.

Example:
  baton db copy --to postgres://baton@db/baton --move`,
    )
    .action((options: Options, command: Command) =>
      inSession(command, { migrated: true }, async (session) => {
        demandMeant(session.config, options);
        const { createMissingDatabase } = await import('../createDatabase.js');
        const { openDatabase } = await import('../../db/database.js');
        const { poolSize, databaseSsl: ssl, prepared } = session.config;
        await createMissingDatabase({ ...session.config, databaseUrl: options.to });
        const db = openDatabase({ url: options.to, poolSize, ssl, prepared, log: session.app.deps.log });
        try {
          await copyInto(db, options, session);
        } finally {
          await db.close();
        }
      }),
    );

async function copyInto(db: Database, options: Options, { app: { deps }, output }: Session): Promise<void> {
  const { copyDatabase } = await import('../../backup/copy.js');
  const { createMigrator } = await import('../../db/migrator.js');
  const { recordCopy } = await import('../recordCopies.js');
  const { clock, log } = deps;
  const { force = false, move = false } = options;
  const begun = performance.now();
  const shown = output.progress('Rows', 1);
  let validation: ValidationSummary | null | undefined;
  const record = async (all: RunStatement) => {
    const about = { name: 'Copy of a database', command: 'db copy' };
    const target = { db, clock, log, wake: () => undefined };
    validation = await orNull(deps, recordCopy({ db: deps.db, all }, target, about));
  };
  const copied = await copyDatabase({
    from: deps.db,
    to: { db, migrator: createMigrator(db, log) },
    now: clock.now(),
    force,
    move,
    progress: (done, of) => shown.to(done, of),
    ...(options.validate && { copied: record }),
  }).finally(() => shown.end());
  const seconds = (performance.now() - begun) / 1_000;
  const to = shownUrl(options.to);
  output.result({ to, ...copied, validation, seconds });
  output.line(`Copied ${copied.rows} rows to ${to} in ${seconds.toFixed(1)} s; all tables are equal.`);
  printValidation(output, validation);
}

function demandMeant({ production, databaseUrl }: Config, { to, force = false, yesIMean }: Options): void {
  if (!isDatabase(to)) throw new UsageError('--to is neither sqlite:<file> nor postgres://…');
  if (to === databaseUrl) throw new UsageError('that is the database that would be copied.');
  const name = databaseName(to);
  if (yesIMean !== undefined && yesIMean !== name)
    throw new UsageError(`the database is called ${name}, and not ${yesIMean}.`);
  if (production && force && yesIMean === undefined)
    throw new UsageError(
      `this is production, and --force throws away what the target holds. If you are sure: --force --yes-i-mean ${name}`,
    );
}
