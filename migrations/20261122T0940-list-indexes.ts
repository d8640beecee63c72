import type { Migration } from '../server/db/migration.js';
import { dropIndexes, run } from './support/sql.js';

const live = 'WHERE deleted_at IS NULL';

/**
 * What boards and lists page by: one index per sort order under (project, status); a list of all statuses is a
 * UNION ALL of one branch each. Creation time has its own index as well: an import makes rows older than their ids.
 */
const indexes: Record<string, string> = {
  tickets_board_updated: `tickets (project_id, status, updated_at DESC, id DESC) ${live}`,
  tickets_board_priority: `tickets (project_id, status, priority_rank DESC, id DESC) ${live}`,
  tickets_board_due: `tickets (project_id, status, due_sort, id) ${live}`,
  tickets_board_created: `tickets (project_id, status, created_at DESC, id DESC) ${live}`,
  tickets_board_assignee: `tickets (project_id, assignee_id, status) ${live}`,
  tickets_mine: `tickets (assignee_id, status, updated_at DESC, id DESC) ${live} AND assignee_id IS NOT NULL`,
  tickets_reporter: `tickets (reporter_id, updated_at DESC, id DESC) ${live}`,
  tickets_parent: 'tickets (parent_id) WHERE parent_id IS NOT NULL',
  tickets_department: 'tickets (department_id) WHERE department_id IS NOT NULL',
  tickets_required_skill: 'tickets (required_skill_id) WHERE required_skill_id IS NOT NULL',
  tickets_conversation: 'tickets (conversation_id)',
  tickets_deleted: 'tickets (deleted_at) WHERE deleted_at IS NOT NULL',
  assignments_recent: 'assignments (status, assigned_at DESC, id DESC)',
  assignments_assignee: 'assignments (assignee_id, status, assigned_at DESC, id DESC)',
};

export const up: Migration = (step) =>
  run(
    step,
    Object.entries(indexes).map(([name, definition]) => `CREATE INDEX ${name} ON ${definition}`),
  );

export const down: Migration = (step) => dropIndexes(step, Object.keys(indexes));
