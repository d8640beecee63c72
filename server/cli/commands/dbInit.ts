import type { Command } from 'commander';
import { inSession } from '../session.js';

export const addDbInit = (parent: Command): Command =>
  parent
    .command('init')
    .summary('make the database ready for use')
    .description(
      'Creates the database if it is missing, migrates it, and adds the default departments. Repeating it changes nothing.',
    )
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://baton@db/baton baton db init')
    .action((_, command: Command) =>
      inSession(command, {}, async ({ app, config, output }) => {
        const { createMissingDatabase } = await import('../createDatabase.js');
        const { createMigrator, seedersSource } = await import('../../db/migrator.js');
        const created = await createMissingDatabase(config);
        const migrated = await app.migrator.up();
        const seeded = await createMigrator(app.deps.db, app.deps.log, seedersSource).up();
        output.result({ created, migrated, seeded });
        if (created) output.line('Created the database.');
        output.line(migrated.length > 0 ? `Ran ${migrated.length} migrations.` : 'The database is up to date.');
      }),
    );
