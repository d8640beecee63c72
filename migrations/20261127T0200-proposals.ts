import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, run, type Columns } from './support/sql.js';

const runs = (c: Columns) => `CREATE TABLE assignment_runs (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.oneOf('strategy', ['OPTIMAL', 'GREEDY', 'ROUND_ROBIN', 'LEAST_LOADED'])} NOT NULL,
  ${c.short('input_hash', 64)} NOT NULL,
  ${c.short('solver', 60)} NOT NULL,
  ${c.oneOf('outcome', ['OPTIMAL', 'FEASIBLE', 'HEURISTIC'])} NOT NULL,
  ${c.json('objective')} NOT NULL,
  ${c.real('gap')},
  ${c.int('seq')} NOT NULL,
  ${c.id('requested_by')} REFERENCES users (id),
  ${c.json('filters')} NOT NULL,
  ${c.json('unplaced')} NOT NULL,
  ${c.timestamps()},
  CONSTRAINT assignment_runs_gap CHECK ((gap IS NULL) = (outcome = 'HEURISTIC'))
)`;

const proposals = (c: Columns) => `CREATE TABLE assignment_proposals (
  ${c.id()},
  ${c.id('run_id')} NOT NULL REFERENCES assignment_runs (id),
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('developer_id')} NOT NULL REFERENCES developers (id),
  ${c.int('rank')} NOT NULL CHECK (rank >= 1),
  ${c.int('score')} NOT NULL,
  ${c.oneOf('state', ['PROPOSED', 'APPROVED', 'REJECTED', 'STALE'])} NOT NULL DEFAULT 'PROPOSED',
  ${c.int('ticket_version')} NOT NULL,
  ${c.json('explanation')} NOT NULL,
  ${c.short('reason', 1000)} NOT NULL,
  ${c.id('decided_by')} REFERENCES users (id),
  ${c.instant('decided_at')},
  ${c.short('decision_reason', 1000)},
  ${c.timestamps()},
  CONSTRAINT assignment_proposals_decided CHECK ((decided_at IS NOT NULL) = (state IN ('APPROVED', 'REJECTED')))
)`;

const indexes = [
  'CREATE INDEX assignment_runs_project ON assignment_runs (project_id, id)',
  "CREATE UNIQUE INDEX assignment_proposals_one_proposed ON assignment_proposals (ticket_id) WHERE state = 'PROPOSED'",
  "CREATE INDEX assignment_proposals_rejected ON assignment_proposals (ticket_id, developer_id) WHERE state = 'REJECTED'",
  'CREATE INDEX assignment_proposals_run ON assignment_proposals (run_id, state, id)',
  'CREATE INDEX assignment_proposals_project ON assignment_proposals (project_id, state, id)',
  'CREATE INDEX assignment_proposals_ticket ON assignment_proposals (ticket_id, id)',
];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    runs(c),
    proposals(c),
    ...indexes,
    `ALTER TABLE assignments ADD COLUMN ${c.id('proposal_id')} REFERENCES assignment_proposals (id)`,
    'CREATE UNIQUE INDEX assignments_proposal ON assignments (proposal_id) WHERE proposal_id IS NOT NULL',
  ]);
};

export const down: Migration = async (step) => {
  await dropIndexes(step, ['assignments_proposal']);
  await run(step, ['ALTER TABLE assignments DROP COLUMN proposal_id']);
  await dropTables(step, ['assignment_proposals', 'assignment_runs']);
};
