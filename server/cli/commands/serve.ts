import type { Command } from 'commander';
import { outputOf } from '../session.js';

export const addServe = (program: Command): Command =>
  program
    .command('serve')
    .summary('run the server and the board')
    .description('Migrates the database, then serves until SIGTERM or SIGINT. PORT and HOST say where.')
    .option(
      '--csv <folder>',
      'begin an empty database from developers.csv and tickets.csv there, and keep both up to date: docs/IMPORT.md',
    )
    .addHelpText(
      'after',
      `
Examples:
  baton serve
  baton serve --csv ./team
  PORT=8080 DATABASE_URL=postgres://baton@db/baton baton serve`,
    )
    .action(async ({ csv }: { csv?: string }, command: Command) => {
      const { main } = await import('../../main.js');
      await main(csv ?? null, outputOf(command));
    });
