import { statement } from '../statement.js';

/**
 * A place in PostgreSQL's write-ahead log, in bytes from its begin: what a commit wrote lies before the place that is read after it.
 * A number holds nine petabytes of it exactly.
 */
export type Place = number;

/**
 * All that was acknowledged lies before it: what is acknowledged was flushed, unless the server was told not to wait for that.
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 */
export const primaryPlace = statement(
  'replicas.primaryPlace',
  `SELECT (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END
     - '0/0'::pg_lsn)::text AS place`,
);

/** How far a replica has come: all before it is seen by whoever reads there from now on. */
export const replayedPlace = statement(
  'replicas.replayedPlace',
  `SELECT (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::text AS place`,
);

/** Whether it is a replica, and of this database. */
export const identity = statement(
  'replicas.identity',
  `SELECT pg_is_in_recovery() AS is_replica, (SELECT epoch FROM installation) AS epoch,
     (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::text AS place`,
);
export const primaryEpoch = statement('replicas.epoch', 'SELECT epoch FROM installation');
