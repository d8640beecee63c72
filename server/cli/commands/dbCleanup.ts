import type { Command } from 'commander';
import { inSession } from '../session.js';
import { wholeNumber } from '../wholeNumber.js';

interface Options {
  readonly daysOld: number;
  readonly events?: boolean;
  readonly audit?: boolean;
  readonly dryRun?: boolean;
}

const words = {
  keys: 'idempotency keys',
  tokens: 'sessions that ended',
  notifications: 'notifications',
  events: 'events',
  audit: 'lines of the audit log',
} as const;

export const addDbCleanup = (parent: Command): Command =>
  parent
    .command('cleanup')
    .requiredOption('--days-old <days>', 'what is younger stays', wholeNumber(36_500, 1))
    .option('--events', 'also events: clients that were away longer reload')
    .option('--audit', 'also lines of the audit log')
    .option('--dry-run', 'only say how much there is')
    .summary('forget what is old')
    .description(
      'Removes idempotency keys, sessions that ended and notifications that are older, as servers do by themselves later, and files that nobody has any more. What people wrote stays, also when they deleted it: its history points at it.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  baton db cleanup --days-old 30 --dry-run\n  baton db cleanup --days-old 90 --events --audit',
    )
    .action(({ daysOld, events = false, audit = false, dryRun = false }: Options, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const { countForgettable, pruneOnce } = await import('../../realtime/retention.js');
        const { db, clock, log: logger } = deps;
        const options = {
          db,
          clock,
          logger,
          eventDays: events ? daysOld : 0,
          auditDays: audit ? daysOld : 0,
          keptDays: daysOld,
          notificationDays: daysOld,
        };
        const forgotten = dryRun ? await countForgettable(options) : await pruneOnce(options);
        const { sweepOnce } = await import('../../features/attachments/sweepAttachments.js');
        const files = dryRun ? null : await sweepOnce({ db, clock, logger, store: deps.files.store });
        output.result({ dryRun, forgotten, files });
        output.table([
          [dryRun ? 'THERE ARE' : 'REMOVED', ''],
          ...Object.entries(words).map(([what, name]) => [String(forgotten[what as keyof typeof words]), name]),
          ...(files
            ? [[String(files.abandoned + files.released + files.orphans), 'files and announcements of files']]
            : []),
        ]);
        if (dryRun) output.line('\nTo remove them: the same without --dry-run');
      }),
    );
