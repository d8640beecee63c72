import type { Migration, MigrationStep } from '../server/db/migration.js';
import { dropIndexes, isPostgres, run } from './support/sql.js';

const departments = (columns: string): string =>
  `CREATE INDEX tickets_department ON tickets (${columns}) WHERE department_id IS NOT NULL`;

/** What a list of few tickets is sorted and narrowed by: with it they are sorted by the index alone, and only a page of them is looked up. */
const sorted = 'id, deleted_at, status, updated_at, created_at, priority_rank, due_sort';

async function skills(step: MigrationStep, included: string): Promise<void> {
  // SQLite's indexes hold nothing beside what they are ordered by.
  if (!isPostgres(step)) return;
  await dropIndexes(step, ['tickets_required_skill']);
  await run(step, [
    `CREATE INDEX tickets_required_skill ON tickets (required_skill_id, project_id)${included} WHERE required_skill_id IS NOT NULL`,
  ]);
}

/** What few tickets of a project have is looked for among them alone: most are no tasks, and pay nothing for it. */
export const up: Migration = async (step) => {
  await skills(step, ` INCLUDE (${sorted})`);
  await dropIndexes(step, ['tickets_department']);
  await run(step, [
    departments('department_id, project_id'),
    "CREATE INDEX tickets_of_type ON tickets (project_id, type) WHERE type <> 'TICKET' AND deleted_at IS NULL",
  ]);
};

export const down: Migration = async (step) => {
  await dropIndexes(step, ['tickets_of_type', 'tickets_department']);
  await run(step, [departments('department_id')]);
  await skills(step, '');
};
