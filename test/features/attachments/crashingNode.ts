import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildApp } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { sweepOnce } from '../../../server/features/attachments/sweepAttachments.js';
import { clockAt } from '../../../server/kernel/clock.js';
import { createLogger } from '../../../server/kernel/logger.js';
import type { FileStore } from '../../../server/storage/fileStore.js';
import { openFileStore } from '../../../server/storage/openFileStore.js';

/** Where a node is killed, by the storage's own steps. */
export type CrashPoint =
  'while bytes come' | 'before they are kept' | 'before their row' | 'before a removal' | 'after a removal';

const point = process.env['CRASH_AT'] as CrashPoint;

/** As kill -9 does: nothing runs after it. */
async function die(at: CrashPoint): Promise<void> {
  if (at !== point) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

const dyingMidway = () =>
  new Transform({
    transform(chunk, _encoding, done) {
      // What came before is on the disk by then.
      void sleep(50)
        .then(() => die('while bytes come'))
        .then(() => done(null, chunk));
    },
    flush(done) {
      void die('before they are kept').then(() => done());
    },
  });

const dying = (store: FileStore): FileStore => ({
  put: async (id, bytes, announced) => {
    await store.put(id, bytes.compose(dyingMidway()), announced);
    await die('before their row');
  },
  read: (...asked) => store.read(...asked),
  remove: async (id) => {
    await die('before a removal');
    await store.remove(id);
    await die('after a removal');
  },
  claim: (owner) => store.claim(owner),
  give: (owner) => store.give(owner),
  owner: () => store.owner(),
  list: () => store.list(),
  sweepUnfinished: (before) => store.sweepUnfinished(before),
});

const config = loadConfig();
const store = dying(openFileStore(config.filePlace));
const log = createLogger('silent');
const app = buildApp(config, { log, files: { store } });
const port = await app.listen();
process.stdout.write(`${port}\n`);
if (process.env['SWEEP'] === 'yes')
  await sweepOnce({ db: app.deps.db, clock: clockAt(new Date(Date.now() + 7_200_000)), logger: log, store });
