import type { Command } from 'commander';
import { inSession, UsageError } from '../session.js';

export const addDbReset = (parent: Command): Command =>
  parent
    .command('reset')
    .summary('throw everything away and begin anew')
    .description('Takes back all migrations and runs them again: every ticket, person and event is gone.')
    .option('--yes', 'yes, throw it away')
    .option('--force', 'also in production')
    .addHelpText('after', '\nExample:\n  baton db reset --yes')
    .action(({ yes = false, force = false }: { yes?: boolean; force?: boolean }, command: Command) =>
      inSession(command, {}, async ({ app, config, output }) => {
        if (!yes) throw new UsageError('this throws all data away. If that is what you want: baton db reset --yes');
        if (config.production && !force)
          throw new UsageError('this is production. If you are sure: baton db reset --yes --force');
        const { createMigrator, seedersSource } = await import('../../db/migrator.js');
        const { db, log } = app.deps;
        await app.migrator.down({ to: null });
        await db.sequelize.query(`DROP TABLE IF EXISTS ${seedersSource.table}`);
        const ran = await app.migrator.up();
        const seeded = await createMigrator(db, log, seedersSource).up();
        output.result({ ran, seeded });
        output.line('The database is empty again, with all migrations and the default departments.');
      }),
    );
