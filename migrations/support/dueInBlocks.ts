const week = (moment: string): string => `(((${moment} AT TIME ZONE 'UTC')::date - DATE '2000-01-03') / 7)`;
const orders = {
  tickets_due_created: { block: week('created_at'), needed: ['created_at', 'id'] },
  tickets_due_updated: { block: week('updated_at'), needed: ['updated_at', 'id'] },
  tickets_due_priority: { block: 'priority_rank, left(id, 4)', needed: ['id'] },
};

/** The indexes by which PostgreSQL finds what is due before a day, in another order. */
export const dueIndexes = Object.keys(orders);

/** @param more what else may be asked for, by the index alone */
export const createDueIndexes = (more: readonly string[] = [], suffix = ''): readonly string[] =>
  Object.entries(orders).map(
    ([name, { block, needed }]) => `CREATE INDEX ${name}${suffix} ON tickets (project_id, status, ${block}, due_sort)
      INCLUDE (${[...needed, ...more].join(', ')}) WHERE due_date IS NOT NULL AND deleted_at IS NULL`,
  );
