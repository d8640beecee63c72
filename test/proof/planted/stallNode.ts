import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { STALL_MS } from './stall.js';

// A server whose event loop stands still when it is told so by SIGUSR2, as it does when something in it computes for too long.
const app = buildApp(loadConfig());
process.on('SIGUSR2', () => {
  const ends = performance.now() + STALL_MS;
  while (performance.now() < ends);
});
await app.migrator.up();
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
