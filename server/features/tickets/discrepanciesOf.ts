import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { TicketPlan } from './ticketPlan.js';
import type { TicketRow } from './tickets.present.js';

type Becomes = 'OPEN' | 'TICKETED' | 'RESOLVED';

const settleAs = (status: Becomes) =>
  statement(`discrepancies.settle.${status}`, (d) => {
    const isDone = status === 'RESOLVED';
    const [at, day] = isDone ? [d.cast('$2', 'DATE'), d.cast('$3', 'DATEONLY')] : ['NULL', 'NULL'];
    return `UPDATE discrepancies SET status = '${status}', decided_at = ${at}, decided_on = ${day}, decided_by = NULL,
       reason = NULL, updated_at = $2
     WHERE ${d.anyOf('ticket_id', '$1')} AND status IN ('OPEN', 'TICKETED', 'RESOLVED')`;
  });
const settle = { OPEN: settleAs('OPEN'), TICKETED: settleAs('TICKETED'), RESOLVED: settleAs('RESOLVED') };

/** What a discrepancy is by the ticket that was made of it. */
const becomesBy = ({ deletedAt, status }: TicketRow): Becomes =>
  deletedAt !== null ? 'OPEN' : status === 'RESOLVED' || status === 'CLOSED' ? 'RESOLVED' : 'TICKETED';

/**
 * A discrepancy that has a ticket is resolved, opened and left alone together with it, in the same transaction; of other tickets nothing is asked.
 * Before anything that belongs to a project is locked.
 */
export function settleDiscrepancies(unit: UnitOfWork, plans: readonly TicketPlan[]): void {
  const moved = plans.filter(
    ({ before, after }) =>
      after.row.type === 'DISCREPANCY' && before !== null && becomesBy(before.row) !== becomesBy(after.row),
  );
  if (moved.length === 0) return;
  const day = unit.at.toISOString().slice(0, 10);
  for (const becomes of ['OPEN', 'TICKETED', 'RESOLVED'] as const) {
    const ids = moved.filter(({ after }) => becomesBy(after.row) === becomes).map(({ after }) => after.row.id);
    if (ids.length > 0) unit.send(settle[becomes], [ids, unit.at, ...(becomes === 'RESOLVED' ? [day] : [])]);
  }
}
