import type { ClientBase } from 'pg';
import { statement, type Asked } from './statement.js';

/** Until the transaction ends, which is that of the flight alone where none is open. */
const planOnce = statement('flight.planOnce', "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)");
const planningOnce: Asked = { statement: planOnce, values: [], resolve: () => undefined, reject: () => undefined };

/**
 * PostgreSQL plans what is prepared for the values of each call as long as it believes to gain by that, and leaves out what planning
 * costs. With those that are planned once goes the order not to.
 */
export function withPlanMode(client: ClientBase, asked: readonly Asked[]): readonly Asked[] {
  const isInTransaction = client.getTransactionStatus() !== 'I';
  return isInTransaction || !asked.some((one) => one.statement.isPlannedOnce) ? asked : [planningOnce, ...asked];
}
