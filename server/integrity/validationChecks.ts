import type { Dialect } from '../db/dialect.js';
import type { Rule } from './check.js';

const isLive = "t.deleted_at IS NULL AND t.status NOT IN ('RESOLVED', 'CLOSED')";

const discrepancyRules: readonly Rule[] = [
  {
    name: 'discrepancies.ticketed',
    says: 'a ticketed discrepancy has a live ticket',
    advice: 'Open a ticket for it again (validations.discrepancies.open), or resolve it.',
    sql: `SELECT d.id AS what FROM discrepancies d LEFT JOIN tickets t ON t.id = d.ticket_id
      WHERE d.status = 'TICKETED' AND (t.id IS NULL OR t.type <> 'DISCREPANCY' OR NOT (${isLive}))`,
  },
  {
    name: 'discrepancies.with-ticket',
    says: 'what has a live ticket is ticketed, unless it was waived',
    advice: 'Set its status to TICKETED, or close its ticket.',
    sql: `SELECT d.id AS what FROM discrepancies d JOIN tickets t ON t.id = d.ticket_id
      WHERE d.status NOT IN ('TICKETED', 'WAIVED') AND ${isLive}`,
  },
  {
    name: 'discrepancies.open-once',
    says: 'a difference is open once in a project',
    advice: 'Resolve all but one of them (validations.discrepancies.resolve).',
    sql: `SELECT d.project_id || ' ' || d.fingerprint AS what FROM discrepancies d
      JOIN validation_sessions s ON s.id = d.session_id AND s.deleted_at IS NULL
      WHERE d.project_id IS NOT NULL AND d.status = 'OPEN' AND d.ticket_id IS NULL
      GROUP BY d.project_id, d.fingerprint HAVING count(*) > 1`,
  },
];

const ofSession = (table: string, what: string, where = '') =>
  `(SELECT ${what} FROM ${table} x WHERE x.session_id = s.id ${where})`;
const found = (severity: string) => ofSession('discrepancies', 'count(*)', `AND x.severity = '${severity}'`);

const sessionRules: readonly Rule[] = [
  {
    name: 'validations.counters',
    says: 'the counters of a session are those of its rows',
    advice: 'Set the counters of the session to the sums over its results, discrepancies and tests.',
    sql: `SELECT s.id AS what FROM validation_sessions s
      WHERE s.compared <> ${ofSession('validation_results', 'coalesce(sum(x.compared), 0)')}
        OR s.matched <> ${ofSession('validation_results', 'coalesce(sum(x.matched), 0)')}
        OR s.n_low <> ${found('LOW')} OR s.n_medium <> ${found('MEDIUM')} OR s.n_high <> ${found('HIGH')}
        OR s.n_critical <> ${found('CRITICAL')} OR s.tests <> ${ofSession('behavioral_test_results', 'count(*)')}
        OR s.tests_passed <> ${ofSession('behavioral_test_results', 'count(*)', 'AND x.passed')}`,
  },
  {
    name: 'validations.fidelity',
    says: 'fidelity is matched of compared',
    advice: 'Set fidelity_score to matched divided by compared.',
    sql: `SELECT id AS what FROM validation_sessions WHERE compared > 0 AND abs(fidelity_score - matched / compared) > 1e-12
      UNION ALL SELECT id FROM validation_results
        WHERE compared > 0 AND abs(fidelity_score - matched * 1.0 / compared) > 1e-12`,
  },
  {
    name: 'validations.status',
    says: 'a session is what the last step of it says',
    advice: 'Set the status again (validations.sessions.setStatus): that writes the step.',
    sql: `SELECT s.id AS what FROM validation_sessions s WHERE s.status <> (
      SELECT c.to_status FROM validation_status_changes c WHERE c.session_id = s.id ORDER BY c.id DESC LIMIT 1)`,
  },
];

const sums = ['sessions', 'scored', 'n_low', 'n_medium', 'n_high', 'n_critical', 'tests', 'tests_passed'];

/** What is kept of each day, and what all its sessions say, taken away from each other: nothing may be left. */
function metricsSql({ name }: Dialect): string {
  const day =
    name === 'postgres'
      ? "CAST(to_char(s.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date)"
      : "strftime('%Y-%m-%d', s.created_at)";
  const counters = sums.slice(2).map((sum) => `-s.${sum}`);
  return `SELECT x.day || ' ' || x.source_key || ' ' || x.target_key AS what FROM (
        SELECT coalesce(project_id, '') AS scope, day, source_key, target_key, ${sums.join(', ')},
          fidelity_sum / 1e9 AS fidelity FROM validation_metrics
        UNION ALL SELECT coalesce(s.project_id, ''), ${day}, s.source_key, s.target_key, -1,
          CASE WHEN s.fidelity_score IS NULL THEN 0 ELSE -1 END, ${counters.join(', ')}, -coalesce(s.fidelity_score, 0)
        FROM validation_sessions s WHERE s.deleted_at IS NULL) x
      GROUP BY x.scope, x.day, x.source_key, x.target_key
      HAVING ${sums.map((sum) => `sum(x.${sum}) <> 0`).join(' OR ')} OR abs(sum(x.fidelity)) > 1e-6`;
}

export const validationChecks: readonly Rule[] = [
  ...discrepancyRules,
  ...sessionRules,
  {
    name: 'validations.metrics',
    says: 'kept metrics are those of the sessions',
    advice: 'Set the row in validation_metrics to the sums over the sessions of its day.',
    sql: metricsSql,
  },
];
