import type { Command } from 'commander';
import { inSession } from '../session.js';
import { sizeText } from '../sizeText.js';

interface Options {
  readonly full?: boolean;
  readonly search?: boolean;
}

export const addDbOptimize = (parent: Command): Command =>
  parent
    .command('optimize')
    .summary('let the database tidy up')
    .description('Lets the database look over its tables, indexes and figures of them. Servers may go on.')
    .option('--full', 'also write all of it anew, which gives room back: whoever uses it waits meanwhile')
    .option('--search', 'also make the search index anew, from the texts that are there')
    .addHelpText('after', '\nExamples:\n  baton db optimize\n  baton db optimize --search')
    .action(({ full = false, search = false }: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { optimize } = await import('../../backup/optimize.js');
        const begun = performance.now();
        const shown = output.progress('Steps', 1);
        const progress = (done: number, of: number) => shown.to(done, of);
        const sizes = await optimize({ db: deps.db, full, search, progress }).finally(() => shown.end());
        const seconds = (performance.now() - begun) / 1_000;
        output.result({ ...sizes, seconds });
        output.line(`Done in ${seconds.toFixed(1)} s: ${sizeText(sizes.before)} before, ${sizeText(sizes.after)} now.`);
      }),
    );
