import { backup } from '../../server/backup/backup.js';
import { restore } from '../../server/backup/restore.js';
import { createMigrator } from '../../server/db/migrator.js';
import { openFileStore } from '../../server/storage/openFileStore.js';
import { openTestDatabase } from '../support/openTestDatabase.js';

/** A process that backs up or restores, and says how far it is, for somebody to kill it. */
const [what, url = '', file = '', folder = ''] = process.argv.slice(2);
const db = openTestDatabase(url);
const store = openFileStore({ folder });
let steps = 0;
const progress = () => void process.stdout.write(`${++steps}\n`);
process.stdout.write('begun\n');
if (what === 'backup') await backup({ db, store, now: new Date(), file, progress });
else await restore({ db, migrator: createMigrator(db), store, now: new Date(), file, force: true, progress });
process.stdout.write('done\n');
await db.close();
