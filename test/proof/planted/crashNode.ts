import { readFileSync } from 'node:fs';
import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { aroundSteps } from './commits.js';

// A server that kills itself at a chosen moment: SIGUSR2 makes it read a number from the file CRASH_FILE, and it dies just before
// that waited-for statement of a transaction, COMMIT, or answer after a COMMIT, counted from then on. Only calls count: what a node does by itself
// would end it when the storm is long over.
const app = buildApp(loadConfig(), { isIdle: true });
let left = Infinity;
aroundSteps(app, () => ({ kind }) => {
  if (kind !== 'sent' && --left <= 0) process.kill(process.pid, 'SIGKILL');
});
process.on('SIGUSR2', () => (left = Number(readFileSync(process.env['CRASH_FILE'] ?? '', 'utf8'))));
await app.migrator.up();
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
