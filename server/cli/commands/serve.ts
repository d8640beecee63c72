import type { Command } from 'commander';

export const addServe = (program: Command): Command =>
  program
    .command('serve')
    .summary('run the server and the board')
    .description('Migrates the database, then serves until SIGTERM or SIGINT. PORT and HOST say where.')
    .addHelpText(
      'after',
      `
Examples:
  baton serve
  PORT=8080 DATABASE_URL=postgres://baton@db/baton baton serve`,
    )
    .action(async () => {
      const { main } = await import('../../main.js');
      await main();
    });
