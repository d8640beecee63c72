import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { aroundCommits, aroundStatements } from '../planted/commits.js';

// A node that dies just before the given step of its transactions, counted from when it begins to act: a statement that is waited for, COMMIT, or
// what follows a COMMIT. 0: it lives.
const app = buildApp(loadConfig(), { log: createLogger('silent') });
let left = Number(process.env['STEPS']) || Infinity;
const step = (): void => {
  if (--left <= 0) process.kill(process.pid, 'SIGKILL');
};
aroundStatements(app, (all) => (statement, values) => {
  step();
  return all(statement, values);
});
aroundCommits(app, async (commit) => {
  step();
  await commit();
  step();
});
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
