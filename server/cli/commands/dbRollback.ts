import type { Command } from 'commander';
import { inSession } from '../session.js';

export const addDbRollback = (parent: Command): Command =>
  parent
    .command('rollback')
    .summary('take back migrations')
    .description('Takes back the last migration, or all that came after the one named. What their tables held is gone.')
    .option('--to <migration>', 'the one that stays the last')
    .addHelpText('after', '\nExamples:\n  baton db rollback\n  baton db rollback --to 20261122T0930-discussion')
    .action(({ to }: { to?: string }, command: Command) =>
      inSession(command, {}, async ({ app, output }) => {
        const rolledBack = await app.migrator.down(to === undefined ? {} : { to });
        output.result({ rolledBack });
        for (const name of rolledBack) output.line(`took back ${name}`);
        if (rolledBack.length === 0) output.line('Nothing to take back.');
      }),
    );
