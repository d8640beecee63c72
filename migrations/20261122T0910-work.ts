import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, isPostgres, run, softDeleteTogether, type Columns } from './support/sql.js';

const projects = (c: Columns, keyForm: string) => `CREATE TABLE projects (
  ${c.id()},
  ${c.short('key', 10)} NOT NULL CONSTRAINT projects_key_unique UNIQUE,
  ${c.short('name', 120)} NOT NULL,
  ${c.text('description')} NOT NULL DEFAULT '',
  ${c.id('owner_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('status', ['PLANNED', 'ACTIVE', 'ON_HOLD', 'COMPLETED', 'CANCELLED'])} NOT NULL DEFAULT 'ACTIVE',
  ${c.day('start_date')},
  ${c.day('end_date')},
  ${c.bool('is_archived')} NOT NULL DEFAULT false,
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.timestamps()},
  CONSTRAINT projects_key_form CHECK (${keyForm}),
  CONSTRAINT projects_date_order CHECK (end_date >= start_date)
)`;

const keyForms = {
  postgres: "key ~ '^[A-Z][A-Z0-9]{1,9}$'",
  sqlite: "length(key) BETWEEN 2 AND 10 AND key GLOB '[A-Z]*' AND key NOT GLOB '*[^A-Z0-9]*'",
};

const projectMembers = (c: Columns) => `CREATE TABLE project_members (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('role', ['LEAD', 'MEMBER', 'CUSTOMER'])} NOT NULL,
  ${c.timestamps()},
  CONSTRAINT project_members_pair_unique UNIQUE (project_id, user_id)
)`;

const conversations = (c: Columns) => `CREATE TABLE conversations (
  ${c.id()},
  ${c.oneOf('kind', ['TICKET', 'CHANNEL', 'DIRECT'])} NOT NULL,
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.short('name', 500)},
  ${c.text('description')} NOT NULL DEFAULT '',
  ${c.bool('is_private')} NOT NULL DEFAULT false,
  ${c.timestamps()},
  CONSTRAINT conversations_ticket_in_project CHECK (kind <> 'TICKET' OR project_id IS NOT NULL)
)`;

const rank = "CASE priority WHEN 'LOW' THEN 1 WHEN 'MEDIUM' THEN 2 WHEN 'HIGH' THEN 3 WHEN 'URGENT' THEN 4 END";

// Sort keys must not be NULL and must all run one way, or a page cannot start where the last one ended.
const sortKeys = {
  postgres: [
    `priority_rank smallint NOT NULL GENERATED ALWAYS AS (${rank}) STORED`,
    "due_sort date NOT NULL GENERATED ALWAYS AS (coalesce(due_date, DATE '9999-12-31')) STORED",
  ],
  sqlite: [
    `priority_rank SMALLINT NOT NULL GENERATED ALWAYS AS (${rank}) STORED`,
    "due_sort DATE NOT NULL GENERATED ALWAYS AS (coalesce(due_date, '9999-12-31')) STORED",
  ],
};

const ticketRules = [
  'CONSTRAINT tickets_number_unique UNIQUE (project_id, number)',
  'CONSTRAINT tickets_title_visible CHECK (length(title) BETWEEN 1 AND 500)',
  'CONSTRAINT tickets_not_own_parent CHECK (parent_id <> id)',
  "CONSTRAINT tickets_resolved_with_status CHECK ((resolved_at IS NOT NULL) = (status IN ('RESOLVED', 'CLOSED')))",
  "CONSTRAINT tickets_completed_with_status CHECK ((completed_at IS NOT NULL) = (status IN ('RESOLVED', 'CLOSED')))",
  "CONSTRAINT tickets_closed_with_status CHECK ((closed_at IS NOT NULL) = (status = 'CLOSED'))",
  "CONSTRAINT tickets_held_while_open CHECK (assignee_id IS NULL OR (status <> 'CLOSED' AND deleted_at IS NULL))",
  'CONSTRAINT tickets_external_together CHECK ((external_source IS NULL) = (external_id IS NULL))',
  softDeleteTogether('tickets'),
];

const tickets = (c: Columns, generated: readonly string[]) => `CREATE TABLE tickets (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.int('number')} NOT NULL CHECK (number >= 1),
  ${c.short('key', 21)} NOT NULL CONSTRAINT tickets_key_unique UNIQUE,
  ${c.oneOf('type', ['TICKET', 'TASK', 'DISCREPANCY'])} NOT NULL DEFAULT 'TICKET',
  ${c.short('title', 500)} NOT NULL,
  ${c.text('description')} NOT NULL DEFAULT '',
  ${c.oneOf('status', ['OPEN', 'IN_PROGRESS', 'REVIEW', 'RESOLVED', 'CLOSED'])} NOT NULL DEFAULT 'OPEN',
  ${c.oneOf('priority', ['LOW', 'MEDIUM', 'HIGH', 'URGENT'])} NOT NULL DEFAULT 'MEDIUM',
  ${c.oneOf('category', ['TECHNICAL', 'BILLING', 'GENERAL', 'FEATURE_REQUEST', 'BUG_REPORT'])} NOT NULL DEFAULT 'GENERAL',
  ${c.id('department_id')} REFERENCES departments (id),
  ${c.id('conversation_id')} NOT NULL REFERENCES conversations (id),
  ${c.id('reporter_id')} NOT NULL REFERENCES users (id),
  ${c.id('created_by')} NOT NULL REFERENCES users (id),
  ${c.id('assignee_id')} REFERENCES users (id),
  ${c.id('parent_id')} REFERENCES tickets (id),
  ${c.int('story_points')} CHECK (story_points >= 0),
  ${c.id('required_skill_id')} REFERENCES skills (id),
  ${c.real('estimated_hours')} CHECK (estimated_hours > 0),
  ${c.day('due_date')},
  ${c.oneOf('waiting_on', ['CUSTOMER', 'THIRD_PARTY'])},
  ${c.oneOf('assignment_state', ['PENDING', 'ASSIGNED', 'COMPLETED', 'REJECTED'])} NOT NULL DEFAULT 'PENDING',
  ${c.bool('ai_assisted')} NOT NULL DEFAULT false,
  ${c.instant('first_response_at')},
  ${c.instant('resolved_at')},
  ${c.instant('completed_at')},
  ${c.instant('closed_at')},
  ${c.short('external_source', 60)},
  ${c.short('external_id', 255)},
  ${c.json('custom_fields')} NOT NULL DEFAULT '{}',
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.int('last_seq')} NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  ${c.softDelete()},
  ${generated.join(',\n  ')},
  ${c.timestamps()},
  ${ticketRules.join(',\n  ')}
)${c.storage('fillfactor = 85')}`;

const assignments = (c: Columns) => `CREATE TABLE assignments (
  ${c.id()},
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('assignee_id')} NOT NULL REFERENCES users (id),
  ${c.id('assigned_by')} REFERENCES users (id),
  ${c.short('assigned_by_label', 120)} NOT NULL,
  ${c.oneOf('type', ['AI', 'MANUAL', 'REASSIGNED', 'CLAIMED', 'RULE'])} NOT NULL,
  ${c.id('original_assignee_id')} REFERENCES users (id),
  ${c.short('reason', 1000)},
  ${c.oneOf('status', ['ACTIVE', 'REJECTED', 'REMOVED', 'COMPLETED'])} NOT NULL DEFAULT 'ACTIVE',
  ${c.bool('is_primary')} NOT NULL DEFAULT false,
  ${c.instant('assigned_at')} NOT NULL,
  ${c.instant('unassigned_at')},
  ${c.timestamps()},
  CONSTRAINT assignments_time_order CHECK (unassigned_at >= assigned_at),
  CONSTRAINT assignments_ended_with_status CHECK ((unassigned_at IS NULL) = (status = 'ACTIVE'))
)${c.storage('fillfactor = 90')}`;

const indexes = [
  'CREATE INDEX projects_owner ON projects (owner_id)',
  'CREATE INDEX project_members_user ON project_members (user_id)',
  'CREATE INDEX conversations_project ON conversations (project_id) WHERE project_id IS NOT NULL',
  'CREATE UNIQUE INDEX tickets_external_unique ON tickets (external_source, external_id) WHERE external_source IS NOT NULL',
  "CREATE UNIQUE INDEX assignments_one_active_per_assignee ON assignments (ticket_id, assignee_id) WHERE status = 'ACTIVE'",
  "CREATE UNIQUE INDEX assignments_one_primary ON assignments (ticket_id) WHERE status = 'ACTIVE' AND is_primary",
  'CREATE INDEX assignments_ticket ON assignments (ticket_id, assigned_at, id)',
];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  const dialect = isPostgres(step) ? 'postgres' : 'sqlite';
  await run(step, [projects(c, keyForms[dialect]), projectMembers(c), conversations(c)]);
  await run(step, [tickets(c, sortKeys[dialect]), assignments(c), ...indexes]);
};

export const down: Migration = (step) =>
  dropTables(step, ['assignments', 'tickets', 'conversations', 'project_members', 'projects']);
