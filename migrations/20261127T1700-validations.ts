import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const severityCounts = (c: Columns): string =>
  ['n_low', 'n_medium', 'n_high', 'n_critical', 'tests', 'tests_passed']
    .map((name) => `${c.int(name)} NOT NULL DEFAULT 0 CHECK (${name} >= 0)`)
    .join(',\n  ');
const statuses = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'];

const sessions = (c: Columns) => `CREATE TABLE validation_sessions (
  ${c.id()},
  ${c.short('name', 120)} NOT NULL,
  ${c.short('source_technology', 120)} NOT NULL,
  ${c.short('target_technology', 120)} NOT NULL,
  ${c.short('source_key', 360)} NOT NULL,
  ${c.short('target_key', 360)} NOT NULL,
  ${c.oneOf('status', statuses)} NOT NULL DEFAULT 'PENDING',
  ${c.json('request')} NOT NULL,
  ${c.json('response')},
  ${c.json('metadata')} NOT NULL,
  ${c.int('progress')} NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  ${c.id('owner_id')} REFERENCES users (id),
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.real('compared')} NOT NULL DEFAULT 0,
  ${c.real('matched')} NOT NULL DEFAULT 0,
  ${c.real('fidelity_score')},
  ${severityCounts(c)},
  ${c.int('log_seq')} NOT NULL DEFAULT 0,
  ${c.instant('started_at')},
  ${c.instant('finished_at')},
  ${c.instant('archived_at')},
  ${c.int('version')} NOT NULL DEFAULT 1,
  ${c.softDelete()},
  ${c.timestamps()},
  ${softDeleteTogether('validation_sessions')},
  CONSTRAINT validation_sessions_matched CHECK (matched >= 0 AND matched <= compared),
  CONSTRAINT validation_sessions_fidelity CHECK ((fidelity_score IS NULL) = (compared = 0)),
  CONSTRAINT validation_sessions_tests CHECK (tests_passed <= tests)
)`;

const changes = (c: Columns) => `CREATE TABLE validation_status_changes (
  ${c.id()},
  ${c.id('session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.oneOf('from_status', statuses)},
  ${c.oneOf('to_status', statuses)} NOT NULL,
  ${c.short('reason', 1000)},
  ${c.id('changed_by')} REFERENCES users (id),
  ${c.short('changed_by_name', 120)} NOT NULL,
  ${c.timestamps()}
)`;

const logs = (c: Columns) => `CREATE TABLE validation_session_logs (
  ${c.id()},
  ${c.id('session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.int('seq')} NOT NULL,
  ${c.oneOf('level', ['INFO', 'WARN', 'ERROR'])} NOT NULL,
  ${c.short('message', 2000)} NOT NULL,
  ${c.id('created_by')} REFERENCES users (id),
  ${c.timestamps()}
)`;

const shares = (c: Columns) => `CREATE TABLE validation_session_shares (
  ${c.id()},
  ${c.id('session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('permission', ['VIEW', 'EDIT'])} NOT NULL,
  ${c.timestamps()}
)`;

const results = (c: Columns) => `CREATE TABLE validation_results (
  ${c.id()},
  ${c.id('session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.oneOf('kind', ['STRUCTURE', 'COUNT', 'DATA', 'BEHAVIOR', 'OTHER'])} NOT NULL,
  ${c.oneOf('status', ['PASSED', 'FAILED', 'SKIPPED'])} NOT NULL,
  ${c.int('compared')} NOT NULL,
  ${c.int('matched')} NOT NULL,
  ${c.real('fidelity_score')},
  ${c.json('details')} NOT NULL,
  ${c.timestamps()},
  CONSTRAINT validation_results_matched CHECK (matched >= 0 AND matched <= compared),
  CONSTRAINT validation_results_fidelity CHECK ((fidelity_score IS NULL) = (compared = 0))
)`;

const discrepancyTypes = ['MISSING', 'UNEXPECTED', 'VALUE', 'TYPE', 'STRUCTURE', 'COUNT', 'BEHAVIOR', 'OTHER'];
const discrepancies = (c: Columns) => `CREATE TABLE discrepancies (
  ${c.id()},
  ${c.id('session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.id('last_session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.id('result_id')} REFERENCES validation_results (id),
  ${c.oneOf('type', discrepancyTypes)} NOT NULL,
  ${c.oneOf('severity', ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])} NOT NULL,
  ${c.short('source_path', 1000)} NOT NULL,
  ${c.short('target_path', 1000)} NOT NULL,
  ${c.text('expected')} NOT NULL,
  ${c.text('actual')} NOT NULL,
  ${c.short('fingerprint', 64)} NOT NULL,
  ${c.oneOf('status', ['OPEN', 'TICKETED', 'RESOLVED', 'WAIVED'])} NOT NULL DEFAULT 'OPEN',
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.int('seen')} NOT NULL DEFAULT 1 CHECK (seen >= 1),
  ${c.day('found_on')} NOT NULL,
  ${c.instant('last_seen_at')} NOT NULL,
  ${c.day('decided_on')},
  ${c.instant('decided_at')},
  ${c.id('decided_by')} REFERENCES users (id),
  ${c.short('reason', 1000)},
  ${c.timestamps()},
  CONSTRAINT discrepancies_ticketed CHECK (status <> 'TICKETED' OR ticket_id IS NOT NULL),
  CONSTRAINT discrepancies_decided CHECK ((decided_at IS NOT NULL) = (status IN ('RESOLVED', 'WAIVED'))
    AND (decided_on IS NULL) = (decided_at IS NULL)),
  CONSTRAINT discrepancies_waived CHECK (status <> 'WAIVED' OR reason IS NOT NULL)
)`;

const tests = (c: Columns) => `CREATE TABLE behavioral_test_results (
  ${c.id()},
  ${c.id('session_id')} NOT NULL REFERENCES validation_sessions (id),
  ${c.short('scenario', 500)} NOT NULL,
  ${c.text('expected')} NOT NULL,
  ${c.text('actual')} NOT NULL,
  ${c.bool('passed')} NOT NULL,
  ${c.int('duration_ms')} NOT NULL CHECK (duration_ms >= 0),
  ${c.timestamps()}
)`;

const metrics = (c: Columns) => `CREATE TABLE validation_metrics (
  ${c.id()},
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.day('day')} NOT NULL,
  ${c.short('source_key', 360)} NOT NULL,
  ${c.short('target_key', 360)} NOT NULL,
  ${c.short('source_technology', 120)} NOT NULL,
  ${c.short('target_technology', 120)} NOT NULL,
  ${c.int('sessions')} NOT NULL CHECK (sessions >= 0),
  ${c.int('scored')} NOT NULL CHECK (scored >= 0),
  ${c.real('fidelity_sum')} NOT NULL CHECK (fidelity_sum >= 0),
  ${severityCounts(c)},
  ${c.timestamps()}
)`;

const open = "status IN ('OPEN', 'TICKETED', 'WAIVED')";
const indexes = [
  'CREATE INDEX validation_sessions_project ON validation_sessions (project_id, created_at, id) WHERE deleted_at IS NULL',
  'CREATE INDEX validation_sessions_owner ON validation_sessions (owner_id, created_at, id) WHERE deleted_at IS NULL',
  'CREATE INDEX validation_sessions_created ON validation_sessions (created_at, id) WHERE deleted_at IS NULL',
  'CREATE INDEX validation_status_changes_session ON validation_status_changes (session_id, id)',
  'CREATE UNIQUE INDEX validation_session_logs_line ON validation_session_logs (session_id, seq)',
  'CREATE UNIQUE INDEX validation_session_shares_person ON validation_session_shares (session_id, user_id)',
  'CREATE INDEX validation_session_shares_user ON validation_session_shares (user_id, session_id)',
  'CREATE INDEX validation_results_session ON validation_results (session_id, id)',
  'CREATE UNIQUE INDEX discrepancies_once ON discrepancies (session_id, fingerprint)',
  `CREATE INDEX discrepancies_known ON discrepancies (project_id, fingerprint) WHERE ${open}`,
  'CREATE INDEX discrepancies_session ON discrepancies (session_id, id)',
  'CREATE INDEX discrepancies_last_session ON discrepancies (last_session_id, id)',
  'CREATE INDEX discrepancies_project ON discrepancies (project_id, id)',
  'CREATE INDEX discrepancies_found ON discrepancies (project_id, found_on, severity)',
  'CREATE INDEX discrepancies_done ON discrepancies (project_id, decided_on) WHERE decided_on IS NOT NULL',
  'CREATE INDEX discrepancies_ticket ON discrepancies (ticket_id) WHERE ticket_id IS NOT NULL',
  'CREATE INDEX behavioral_test_results_session ON behavioral_test_results (session_id, id)',
  `CREATE UNIQUE INDEX validation_metrics_day ON validation_metrics (coalesce(project_id, ''), day, source_key, target_key)`,
];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  const tables = [sessions, changes, logs, shares, results, discrepancies, tests, metrics];
  await run(step, [...tables.map((table) => table(c)), ...indexes]);
};

export const down: Migration = (step) =>
  dropTables(step, [
    'validation_metrics',
    'behavioral_test_results',
    'discrepancies',
    'validation_results',
    'validation_session_shares',
    'validation_session_logs',
    'validation_status_changes',
    'validation_sessions',
  ]);
