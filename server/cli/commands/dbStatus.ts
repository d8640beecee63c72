import type { Command } from 'commander';
import { inSession } from '../session.js';

export const addDbStatus = (parent: Command): Command =>
  parent
    .command('status')
    .summary('which migrations have run')
    .description('Lists the migrations that have run, that are pending, and that another version has run.')
    .addHelpText('after', '\nExample:\n  baton db status --json')
    .action((_, command: Command) =>
      inSession(command, {}, async ({ app, output }) => {
        const status = await app.migrator.status();
        output.result(status);
        const rows = (names: readonly string[], state: string) => names.map((name) => [name, state]);
        output.table([
          ...rows(status.executed, 'done'),
          ...rows(status.pending, 'pending'),
          ...rows(status.unknown, 'unknown to this version'),
        ]);
        if (status.pending.length > 0) output.line('\nTo run what is pending: baton db migrate');
      }),
    );
