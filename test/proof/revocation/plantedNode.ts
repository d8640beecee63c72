import { main } from '../../../server/main.js';
import { plant, type Plant } from './plants.js';

// The server with something missing, for runs that must find it out: `plantedNode.ts <plant>`.

plant(process.argv[2] as Plant);
await main();
