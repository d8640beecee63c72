import pLimit from 'p-limit';
import type { Snapshots } from './snapshots.js';
import type { ObserveStatement } from './queryProfile.js';
import { closeHandle, flyOnSqlite, openHandle, type SqliteHandle } from './sqliteDriver.js';
import { flyAlone, statement, type RunStatement } from './statement.js';

const onlyReads = statement('snapshot.only', 'PRAGMA query_only = ON');
const begin = statement('snapshot.begin', 'BEGIN');
const end = statement('snapshot.end', 'COMMIT');

/**
 * One more handle on the file, used in turn: in WAL mode its first read fixes the moment until COMMIT, and the writer goes
 * on meanwhile. Sequelize's own reader serves everybody at once, so a transaction cannot be opened on it.
 */
export function keptReader(file: string, observe?: ObserveStatement): Snapshots {
  const turn = pLimit(1);
  let reader: Promise<SqliteHandle> | null = null;
  const closeReader = async (): Promise<void> => {
    const handle = await reader?.catch(() => null);
    reader = null;
    if (handle) await closeHandle(handle);
  };
  return {
    read: (work) =>
      turn(async () => {
        const handle = await (reader ??= openReader(file));
        const fly = flyOnSqlite(handle, observe);
        const run: RunStatement = (asked, values) => flyAlone(fly, asked, values);
        await run(begin, []);
        try {
          return await work(run);
        } finally {
          await run(end, []);
        }
      }).catch(async (error: unknown) => {
        await turn(closeReader);
        throw error;
      }),
    close: () => turn(closeReader),
  };
}

async function openReader(file: string): Promise<SqliteHandle> {
  const handle = await openHandle(file);
  await handle.runPrepared(onlyReads, []);
  return handle;
}
