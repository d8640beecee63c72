import type { Command } from 'commander';
import { inSession } from '../session.js';

export const addDbMigrate = (parent: Command): Command =>
  parent
    .command('migrate')
    .summary('run pending migrations')
    .description(
      'Runs pending migrations, oldest first, each in a transaction. Any number of processes may do so at once.',
    )
    .option('--to <migration>', 'stop after this one')
    .addHelpText('after', '\nExample:\n  baton db migrate')
    .action(({ to }: { to?: string }, command: Command) =>
      inSession(command, {}, async ({ app, output }) => {
        const ran = await app.migrator.up(to);
        output.result({ ran });
        for (const name of ran) output.line(`ran ${name}`);
        if (ran.length === 0) output.line('Nothing to run: the database is up to date.');
      }),
    );
