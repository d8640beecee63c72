import pg from 'pg';
import sqlite3 from 'sqlite3';

/** Tells whether anything was committed: two readings are equal exactly when nothing was in between. */
export interface CommitClock {
  read(): Promise<string>;
  close(): Promise<void>;
}

/** What PostgreSQL must be started with: it keeps which transaction committed last, and commits none of its own. */
export const clockSettings = { track_commit_timestamp: 'on', autovacuum: 'off' };

export async function commitClock(url: string): Promise<CommitClock> {
  return url.startsWith('sqlite:') ? ofSqlite(url.slice('sqlite:'.length)) : ofPostgres(url);
}

async function ofPostgres(connectionString: string): Promise<CommitClock> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return {
    read: async () => {
      const { rows } = await client.query<{ xid: string }>('SELECT xid::text AS xid FROM pg_last_committed_xact()');
      return rows[0]?.xid ?? '';
    },
    close: () => client.end(),
  };
}

/** One handle: the number is what this very handle saw others commit. */
function ofSqlite(file: string): CommitClock {
  const handle = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
  return {
    read: () =>
      new Promise((resolve, reject) => {
        handle.get<{ data_version: number }>('PRAGMA data_version', (error: Error | null, row) =>
          error ? reject(error) : resolve(String(row.data_version)),
        );
      }),
    close: () =>
      new Promise((resolve, reject) => {
        handle.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}
