import type { Command } from 'commander';
import { inSession } from '../session.js';

interface Options {
  readonly files: boolean;
  readonly list?: boolean;
}

export const addDbValidate = (parent: Command): Command =>
  parent
    .command('validate')
    .summary('look for contradictions')
    .description(
      'Reads the whole database, as it is at one moment, and says in what it contradicts itself and what to do about it. Servers may go on. Fails when something is wrong.',
    )
    .option('--no-files', 'do not read the bytes of attachments')
    .option('--list', 'only say what is looked at')
    .addHelpText('after', '\nExamples:\n  baton db validate\n  baton db validate --no-files --json')
    .action(({ files, list = false }: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { allChecks, validate } = await import('../../integrity/validate.js');
        if (list) {
          output.result({ checks: allChecks });
          output.table([['CHECK', 'WHAT IS TRUE'], ...allChecks.map(({ name, says }) => [name, says])]);
          return true;
        }
        const { db, clock } = deps;
        const { dialect, file } = db;
        const store = files ? deps.files.store : null;
        const begun = performance.now();
        const shown = output.progress('Looking', 1);
        const findings = await db
          .snapshot((all) =>
            validate({ all, dialect, file, store, now: clock.now() }, { progress: (done, of) => shown.to(done, of) }),
          )
          .finally(() => shown.end());
        const seconds = (performance.now() - begun) / 1_000;
        output.result({ valid: findings.length === 0, checked: allChecks.length, findings, seconds });
        for (const { name, says, advice, count, examples } of findings) {
          output.line(`${name}: ${count} ${count === 1 ? 'place' : 'places'} where it is not so that ${says}`);
          for (const example of examples) output.line(`  ${example}`);
          if (count > examples.length) output.line(`  and ${count - examples.length} more`);
          output.line(`  What to do: ${advice}\n`);
        }
        output.line(
          findings.length === 0
            ? `All is well: ${allChecks.length} checks in ${seconds.toFixed(1)} s.`
            : `${findings.length} of ${allChecks.length} checks failed.`,
        );
        return findings.length === 0;
      }),
    );
