import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const storedFiles = (c: Columns) => `CREATE TABLE stored_files (
  ${c.id()},
  ${c.short('sha256', 64)} NOT NULL CHECK (length(sha256) = 64),
  ${c.int('size')} NOT NULL CHECK (size > 0),
  ${c.short('content_type', 120)} NOT NULL,
  ${c.instant('released_at')},
  ${c.timestamps()}
)`;

const attachments = (c: Columns) => `CREATE TABLE attachments (
  ${c.id()},
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('comment_id')} REFERENCES comments (id),
  ${c.short('filename', 255)} NOT NULL CHECK (filename <> ''),
  ${c.short('content_type', 120)},
  ${c.int('size')} NOT NULL CHECK (size > 0),
  ${c.short('sha256', 64)} NOT NULL CHECK (length(sha256) = 64),
  ${c.oneOf('state', ['PENDING', 'READY'])} NOT NULL DEFAULT 'PENDING',
  ${c.id('file_key')} REFERENCES stored_files (id),
  ${c.id('uploaded_by')} NOT NULL REFERENCES users (id),
  ${c.softDelete()},
  ${c.timestamps()},
  CONSTRAINT attachments_file_while_ready CHECK ((state = 'READY' AND deleted_at IS NULL) = (file_key IS NOT NULL)),
  CONSTRAINT attachments_type_when_ready CHECK ((state = 'READY') = (content_type IS NOT NULL)),
  ${softDeleteTogether('attachments')}
)`;

// Whole numbers up to 2^53 are exact in it, and 2 GiB are soon full.
const projectStorage = (c: Columns) => `CREATE TABLE project_storage (
  ${c.id('project_id')} NOT NULL PRIMARY KEY REFERENCES projects (id),
  ${c.real('bytes')} NOT NULL CHECK (bytes >= 0)
)`;

export const up: Migration = async (step) => {
  const columns = columnsFor(step);
  await run(step, [
    storedFiles(columns),
    attachments(columns),
    projectStorage(columns),
    'CREATE UNIQUE INDEX stored_files_sha256 ON stored_files (sha256)',
    'CREATE INDEX stored_files_released ON stored_files (released_at) WHERE released_at IS NOT NULL',
    'CREATE INDEX attachments_ticket ON attachments (ticket_id, created_at, id)',
    'CREATE INDEX attachments_comment ON attachments (comment_id) WHERE comment_id IS NOT NULL',
    'CREATE INDEX attachments_file ON attachments (file_key) WHERE file_key IS NOT NULL',
    "CREATE INDEX attachments_pending ON attachments (created_at) WHERE state = 'PENDING'",
  ]);
};

export const down: Migration = (step) => dropTables(step, ['project_storage', 'attachments', 'stored_files']);
