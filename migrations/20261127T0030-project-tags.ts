import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

// As with `ticket_stats`, no CHECK that a count is not negative: PostgreSQL asks it of the difference that is to be added.
const projectTags = (c: Columns) => `CREATE TABLE project_tags (
  ${c.id('project_id')} NOT NULL REFERENCES project_counters (project_id),
  ${c.short('name_key', 150)} NOT NULL,
  ${c.int('ticket_count')} NOT NULL,
  PRIMARY KEY (project_id, name_key)
)`;

const fill = `INSERT INTO project_tags (project_id, name_key, ticket_count)
  SELECT t.project_id, g.name_key, count(*) FROM ticket_tags x JOIN tags g ON g.id = x.tag_id
  JOIN tickets t ON t.id = x.ticket_id AND t.deleted_at IS NULL
  JOIN project_counters c ON c.project_id = t.project_id GROUP BY t.project_id, g.name_key`;

/** How many tickets of a project carry a tag, moved by every change of a ticket; filled from those that are there. */
export const up: Migration = (step) => run(step, [projectTags(columnsFor(step)), fill]);

export const down: Migration = (step) => dropTables(step, ['project_tags']);
