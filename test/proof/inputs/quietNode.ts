import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { quietly } from './quietly.js';

// The server, which writes nothing by itself: what is written was written by a call.
const app = buildApp(loadConfig(), quietly);
process.on('unhandledRejection', () => undefined);
await app.listen();
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
