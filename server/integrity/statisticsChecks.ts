import type { Dialect } from '../db/dialect.js';
import { bucketSql } from '../db/durationBuckets.js';
import type { Rule } from './check.js';

const finished = "t.status IN ('RESOLVED', 'CLOSED')";
const counted = ['OPEN', 'IN_PROGRESS', 'REVIEW', 'RESOLVED', 'CLOSED'];
const columns = [...counted.map((status) => `n_${status.toLowerCase()}`), 'points'];

const ofTickets = (dimension: string, value: string, from = 'tickets t') =>
  `SELECT t.project_id, '${dimension}' AS dimension, ${value} AS value,
     ${counted.map((status) => `CASE WHEN t.status = '${status}' THEN -1 ELSE 0 END`).join(', ')},
     CASE WHEN ${finished} THEN 0 ELSE -coalesce(t.story_points, 0) END
   FROM ${from} WHERE t.deleted_at IS NULL`;

const withHelpers = `tickets t JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE' AND NOT a.is_primary`;

/** Each ticket taken away from what is kept of it, one by one: nothing may be left. */
const ticketSql = `SELECT project_id || ' ' || dimension || ' ' || value AS what FROM (
    SELECT project_id, dimension, value, ${columns.join(', ')} FROM ticket_stats
    UNION ALL ${[
      ofTickets('PRIORITY', 't.priority'),
      ofTickets('CATEGORY', 't.category'),
      ofTickets('DEPARTMENT', "coalesce(t.department_id, '')"),
      ofTickets('ASSIGNEE', "coalesce(t.assignee_id, '')"),
      ofTickets('HELPER', 'a.assignee_id', withHelpers),
    ].join(' UNION ALL ')}) s
  GROUP BY project_id, dimension, value HAVING ${columns.map((column) => `sum(${column}) <> 0`).join(' OR ')}`;

const daysIn = {
  postgres: {
    dayOf: (moment: string) => `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
    day: (column: string) => `to_char(${column}, 'YYYY-MM-DD')`,
    ms: (moment: string) => `CAST(round(extract(epoch FROM (${moment} - t.created_at)) * 1000) AS bigint)`,
  },
  sqlite: {
    dayOf: (moment: string) => `strftime('%Y-%m-%d', ${moment})`,
    day: (column: string) => column,
    ms: (moment: string) => `CAST(round((julianday(${moment}) - julianday(t.created_at)) * 86400000) AS INTEGER)`,
  },
};

function daySql({ name }: Dialect): string {
  const { dayOf, day, ms } = daysIn[name];
  const one = (measure: string, of: string, where: string, bucket = '0') =>
    `SELECT t.project_id, '${measure}' AS measure, ${of} AS day, ${bucket} AS bucket, -1 AS n
     FROM tickets t WHERE t.deleted_at IS NULL AND ${where}`;
  const took = (moment: string) => bucketSql(ms(moment));
  return `SELECT project_id || ' ' || measure || ' ' || day || ' ' || bucket AS what FROM (
      SELECT project_id, measure, ${day('day')} AS day, bucket, n FROM daily_stats
      UNION ALL ${[
        one('CREATED', dayOf('t.created_at'), 'true'),
        one('DUE', day('t.due_date'), `t.due_date IS NOT NULL AND NOT ${finished}`),
        one('RESOLVED', dayOf('t.resolved_at'), finished),
        one('CLOSED', dayOf('t.closed_at'), "t.status = 'CLOSED'"),
        one(
          'RESPONSE_TIME',
          dayOf('t.first_response_at'),
          't.first_response_at IS NOT NULL',
          took('t.first_response_at'),
        ),
        one('RESOLUTION_TIME', dayOf('t.resolved_at'), finished, took('t.resolved_at')),
      ].join(' UNION ALL ')}) s
    GROUP BY project_id, measure, day, bucket HAVING sum(n) <> 0`;
}

const advice = 'Take back and run again the migration that fills them, or restore a backup: baton db restore.';

export const statisticsChecks: readonly Rule[] = [
  { name: 'statistics.tickets', says: 'kept statistics are those of the tickets', advice, sql: ticketSql },
  { name: 'statistics.days', says: 'what is kept of a day is what its tickets say', advice, sql: daySql },
];
