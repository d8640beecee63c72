import type { Command } from 'commander';
import { RefusedConfiguration } from '../../config.js';
import { inSession } from '../session.js';
import { wholeNumber } from '../wholeNumber.js';

interface Options {
  readonly demo?: true;
  readonly tickets?: number;
  readonly seed: number;
}

export const addSeed = (program: Command): Command =>
  program
    .command('seed')
    .summary('fill the database with something to look at')
    .description(
      'Adds the default departments, and when asked a demo or any number of generated tickets. Repeating it changes nothing.',
    )
    .option('--demo', 'people who sign in with the password "password", projects SUP, WEB and OPS, tickets with a past')
    .option('--tickets <number>', 'so many generated tickets in these projects, up to 2000000', wholeNumber(2_000_000))
    .option('--seed <number>', 'another number gives other tickets', wholeNumber(2 ** 32 - 1), 1)
    .addHelpText('after', '\nExamples:\n  baton seed --demo\n  baton seed --tickets 1000000 --seed 7')
    .action((options: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, config, output }) => {
        const { demo = false, tickets = 0, seed } = options;
        if ((demo || tickets > 0) && config.production)
          throw new RefusedConfiguration(
            'everybody knows the passwords of the demo, so it is not for NODE_ENV=production',
          );
        const { createMigrator, seedersSource } = await import('../../db/migrator.js');
        const seeders = await createMigrator(deps.db, deps.log, seedersSource).up();
        output.line(seeders.length > 0 ? 'Added the default departments.' : 'The default departments are there.');
        const { seedPeople } = await import('../../../seeders/demo/seedPeople.js');
        const { seedDemoTickets } = await import('../../../seeders/demo/seedDemoTickets.js');
        const { seedTickets } = await import('../../../seeders/bulk/seedTickets.js');
        const people = demo || tickets > 0 ? await seedPeople(deps) : false;
        if (people) output.line('Added the people and projects of the demo.');
        const demoTickets = demo && (await seedDemoTickets(deps, seed));
        if (demo) output.line(demoTickets ? 'Added the tickets of the demo.' : 'The demo is there.');
        const begun = performance.now();
        const shown = tickets > 0 ? output.progress('Tickets', tickets) : null;
        const progress = (done: number) => shown?.to(done);
        const made =
          tickets > 0 ? await seedTickets(deps, { tickets, seed, progress }).finally(() => shown?.end()) : null;
        const seconds = (performance.now() - begun) / 1_000;
        if (made)
          output.line(`Added ${made.made} generated tickets in ${seconds.toFixed(1)} s; ${made.existing} were there.`);
        output.result({
          departments: seeders.length > 0,
          people,
          demo: demoTickets,
          tickets: made && { ...made, seconds },
        });
      }),
    );
