import { buildApp, type App } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import * as plants from './plants.js';

/** A server with one of the bugs in it that the checker must find: `PLANT=<name> node plantedNode.js`. */
const name = process.env['PLANT'] ?? '';
const plant = (plants as Readonly<Record<string, (app: App) => void>>)[name];
if (!plant) throw new Error(`no such plant: ${name}`);
const app = buildApp(loadConfig());
plant(app);
await app.migrator.up();
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
