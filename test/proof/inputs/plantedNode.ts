import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { quietly } from './quietly.js';
import { plants, type Plant } from './plants.js';

// The server with something wrong in it, for runs that must find it out: `plantedNode.ts <plant>`.

const app = buildApp(loadConfig(), quietly);
plants[process.argv[2] as Plant](app);
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
