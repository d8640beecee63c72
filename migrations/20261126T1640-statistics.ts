import { bucketSql } from '../server/db/durationBuckets.js';
import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';

const counts = {
  OPEN: 'n_open',
  IN_PROGRESS: 'n_in_progress',
  REVIEW: 'n_review',
  RESOLVED: 'n_resolved',
  CLOSED: 'n_closed',
};

// No CHECK that a count is not negative: PostgreSQL asks it of the difference that is to be added, before it finds the row.
// Points are whole numbers whose sum may pass 32 bits. Rows have room on their page, so that a change of them stays there.
const ticketStats = (c: Columns) => `CREATE TABLE ticket_stats (
  ${c.id('project_id')} NOT NULL REFERENCES project_counters (project_id),
  ${c.oneOf('dimension', ['PRIORITY', 'CATEGORY', 'DEPARTMENT', 'ASSIGNEE', 'HELPER'])} NOT NULL,
  ${c.short('value', 36)} NOT NULL,
  ${Object.values(counts)
    .map((name) => `${c.int(name)} NOT NULL DEFAULT 0`)
    .join(',\n  ')},
  ${c.real('points')} NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, dimension, value)
)${c.storage('fillfactor = 30')}`;

const dailyStats = (c: Columns) => `CREATE TABLE daily_stats (
  ${c.id('project_id')} NOT NULL REFERENCES project_counters (project_id),
  ${c.oneOf('measure', ['CREATED', 'DUE', 'RESOLVED', 'CLOSED', 'RESPONSE_TIME', 'RESOLUTION_TIME'])} NOT NULL,
  ${c.day('day')} NOT NULL,
  ${c.int('bucket')} NOT NULL DEFAULT 0 CHECK (bucket >= 0),
  ${c.int('n')} NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, measure, day, bucket)
)${c.storage('fillfactor = 70')}`;

const unfinished = "t.status NOT IN ('RESOLVED', 'CLOSED')";
const columns = Object.entries(counts).map(([status]) => `sum(CASE WHEN t.status = '${status}' THEN 1 ELSE 0 END)`);

// Of projects that have counters: all, but for those of a record that was rolled back and made anew.
const counted = 'tickets t JOIN project_counters c ON c.project_id = t.project_id';

const fillTickets = (dimension: string, value: string, from = counted) =>
  `INSERT INTO ticket_stats (project_id, dimension, value, ${Object.values(counts).join(', ')}, points)
   SELECT t.project_id, '${dimension}', ${value}, ${columns.join(', ')},
     sum(CASE WHEN ${unfinished} THEN coalesce(t.story_points, 0) ELSE 0 END)
   FROM ${from} WHERE t.deleted_at IS NULL GROUP BY t.project_id, ${value}`;

const helpers = `${counted} JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE' AND NOT a.is_primary`;

const fillDays = (measure: string, day: string, where: string) =>
  `INSERT INTO daily_stats (project_id, measure, day, bucket, n)
   SELECT t.project_id, '${measure}', ${day}, 0, count(*) FROM ${counted}
   WHERE t.deleted_at IS NULL AND ${where} GROUP BY t.project_id, ${day}`;

// Grouped by the time itself first: it is then worked out once for each ticket.
const fillTimes = (measure: string, day: string, ms: string, where: string) =>
  `INSERT INTO daily_stats (project_id, measure, day, bucket, n)
   SELECT project_id, '${measure}', day, bucket, sum(n) FROM (
     SELECT project_id, day, ${bucketSql('ms')} AS bucket, n FROM (
       SELECT t.project_id, ${day} AS day, ${ms} AS ms, count(*) AS n FROM ${counted}
       WHERE t.deleted_at IS NULL AND ${where} GROUP BY t.project_id, ${day}, ${ms}) a) b
   GROUP BY project_id, day, bucket`;

const moments = {
  postgres: {
    dayOf: (moment: string) => `CAST(${moment} AT TIME ZONE 'UTC' AS date)`,
    msBetween: (from: string, to: string) => `CAST(extract(epoch FROM ${to} - ${from}) * 1000 AS bigint)`,
  },
  sqlite: {
    dayOf: (moment: string) => `substr(${moment}, 1, 10)`,
    msBetween: (from: string, to: string) =>
      `CAST(round((julianday(${to}) - julianday(${from})) * 86400000) AS INTEGER)`,
  },
};

function fills(step: MigrationStep): string[] {
  const { dayOf, msBetween } = moments[isPostgres(step) ? 'postgres' : 'sqlite'];
  const times = (measure: string, moment: string) =>
    fillTimes(measure, dayOf(moment), msBetween('t.created_at', moment), `${moment} IS NOT NULL`);
  return [
    fillTickets('PRIORITY', 't.priority'),
    fillTickets('CATEGORY', 't.category'),
    fillTickets('DEPARTMENT', "coalesce(t.department_id, '')"),
    fillTickets('ASSIGNEE', "coalesce(t.assignee_id, '')"),
    fillTickets('HELPER', 'a.assignee_id', helpers),
    fillDays('CREATED', dayOf('t.created_at'), 'true'),
    fillDays('DUE', 't.due_date', `t.due_date IS NOT NULL AND ${unfinished}`),
    fillDays('RESOLVED', dayOf('t.resolved_at'), 't.resolved_at IS NOT NULL'),
    fillDays('CLOSED', dayOf('t.closed_at'), 't.closed_at IS NOT NULL'),
    times('RESPONSE_TIME', 't.first_response_at'),
    times('RESOLUTION_TIME', 't.resolved_at'),
  ];
}

/** What statistics are read from, moved by every change of a ticket; filled from the tickets that are there. */
export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [ticketStats(c), dailyStats(c), ...fills(step)]);
};

export const down: Migration = (step) => dropTables(step, ['daily_stats', 'ticket_stats']);
