import { openDatabase } from '../../../server/db/database.js';
import type { RunStatement } from '../../../server/db/statement.js';
import { systemClock } from '../../../server/kernel/clock.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { keepConsuming } from '../../../server/realtime/consumers/keepConsuming.js';
import { noting } from './noted.js';

// A node that handles events, and dies before that step of its transactions: each statement that is waited for, COMMIT, and what follows it.
const url = process.env['DATABASE_URL'] ?? '';
let left = Number(process.env['STEPS']);
const step = (): void => {
  if (--left <= 0) process.kill(process.pid, 'SIGKILL');
};
const log = createLogger('silent');
const db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, log });
const begin: typeof db.begin = async (options) => {
  const open = await db.begin(options);
  const all: RunStatement = open.all;
  const commit = open.commit.bind(open);
  return Object.assign(open, {
    all: <Row extends object>(...asked: Parameters<RunStatement>) => {
      step();
      return all<Row>(...asked);
    },
    commit: async () => {
      step();
      await commit();
      step();
    },
  });
};
const deps = {
  db: { ...db, begin },
  clock: systemClock,
  log,
  wake: () => undefined,
  observer: { consumed: () => undefined },
};
keepConsuming(deps, [noting('dying', {}, String(process.env['STEPS']))]);
setInterval(() => undefined, 1_000);
