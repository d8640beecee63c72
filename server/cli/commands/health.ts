import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { App } from '../../app.js';
import type { Config } from '../../config.js';
import { inSession } from '../session.js';

export const addHealth = (program: Command): Command =>
  program
    .command('health')
    .summary('is everything up')
    .description(
      'Asks the database, its migrations, the bus and the server of these settings. Fails unless the first three are well.',
    )
    .addHelpText('after', '\nExample:\n  baton health --json')
    .action((_, command: Command) =>
      inSession(command, {}, async ({ app, config, output }) => {
        const { readiness } = await import('../../transport/health.js');
        const { lastBackup } = await import('../../backup/scheduled.js');
        await busSettled(app, config);
        const begun = performance.now();
        const { database, migrations, bus } = await readiness({ ...app.deps, ...app, isDraining: () => false });
        const ms = Math.round(performance.now() - begun);
        const backup = migrations.ok ? await lastBackup(app.deps.db) : null;
        const server = await askServer(config);
        const healthy = database.ok && migrations.ok && (bus.up || config.redisUrl === null);
        output.result({ healthy, database, migrations, bus, server, backup, ms });
        const word = (ok: boolean, detail = '') => (ok ? 'ok' : detail || 'failed');
        const pending =
          'pending' in migrations && migrations.pending ? `${migrations.pending} pending: baton db migrate` : '';
        output.table([
          ['database', word(database.ok, database.detail), `${app.deps.db.dialect.name}, ${ms} ms`],
          ['migrations', word(migrations.ok, pending || migrations.detail)],
          ['bus', word(bus.up, 'not reachable'), config.redisUrl === null ? 'in this process' : 'Redis'],
          ...(backup
            ? [
                [
                  'backup',
                  backup.outcome === 'FAILED' ? 'failed' : 'ok',
                  `${backup.outcome.toLowerCase()} ${backup.at}`,
                ],
              ]
            : []),
          ['server', server, `http://${config.host}:${config.port}`],
        ]);
        return healthy;
      }),
    );

/** A connection to Redis takes a moment to be made. */
async function busSettled({ bus }: App, { redisUrl }: Config): Promise<void> {
  if (redisUrl === null) return;
  for (let waited = 0; !bus.state().up && waited < 2_000; waited += 50) await sleep(50);
}

async function askServer({ host, port }: Config): Promise<string> {
  try {
    const reply = await fetch(`http://${host}:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return reply.ok ? 'ready' : 'not ready';
  } catch {
    return 'not running';
  }
}
