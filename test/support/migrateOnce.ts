import { once } from 'node:events';
import { createMigrator } from '../../server/db/migrator.js';
import { openTestDatabase } from './openTestDatabase.js';

// Run as a process of its own: says that it is ready, waits for a word, migrates the database that the command line
// names and prints what it ran.
const database = openTestDatabase(process.argv[2] ?? '', 2);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
const ran = await createMigrator(database).up();
await database.close();
process.stdout.write(JSON.stringify(ran));
