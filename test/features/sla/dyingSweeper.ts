import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { sweepSla } from '../../../server/features/sla/sweepSla.js';
import { createLogger } from '../../../server/kernel/logger.js';

// A node that dies, as kill -9 does it, around the COMMIT of its second page.
const now = new Date(process.env['SWEEP_AT'] ?? '');
const isLate = process.env['DIES'] === 'after';
const { deps } = buildApp(loadConfig(), { log: createLogger('silent') });
const die = async () => {
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
};
let commits = 0;
const begin: typeof deps.db.begin = async (options) => {
  const open = await deps.db.begin(options);
  const commit = open.commit.bind(open);
  return Object.assign(open, {
    commit: async () => {
      const isFatal = ++commits === 2;
      if (isFatal && !isLate) await die();
      await commit();
      if (isFatal) await die();
    },
  });
};
await sweepSla({ ...deps, clock: { now: () => now }, db: { ...deps.db, begin } });
