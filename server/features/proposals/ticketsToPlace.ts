import type { placingCauses } from '../../../contract/enums.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Deps } from '../deps.js';

export type PlacingCause = (typeof placingCauses)[number];

/** Of which projects the system finds somebody for tickets, by why it should. */
const wanting: Readonly<Record<PlacingCause, string>> = {
  CREATED: "p.auto_assign <> 'OFF'",
  FREED: "p.away_policy = 'REPROPOSE'",
};
/** A ticket that nobody has, and somebody should. */
export const isUnplaced =
  "t.assignee_id IS NULL AND t.deleted_at IS NULL AND t.status IN ('OPEN', 'IN_PROGRESS', 'REVIEW')";

const awaitingIn = (cause: PlacingCause) =>
  statement(
    `placing.await.${cause}`,
    (d) => `INSERT INTO tickets_to_place (ticket_id, project_id, cause, attempts, due_at, created_at, updated_at)
     SELECT t.id, t.project_id, '${cause}', 0, ${d.cast('$2', 'DATE')}, ${d.cast('$2', 'DATE')}, ${d.cast('$2', 'DATE')}
     FROM tickets t JOIN projects p ON p.id = t.project_id AND ${wanting[cause]}
     WHERE ${d.anyOf('t.id', '$1')} AND ${isUnplaced} ORDER BY t.id ON CONFLICT (ticket_id) DO NOTHING`,
  );
const awaiting = { CREATED: awaitingIn('CREATED'), FREED: awaitingIn('FREED') };

/** Lets the system find somebody for those of these written tickets that nobody has, where their project wants that. */
export function awaitPlace({ send, at }: UnitOfWork, cause: PlacingCause, ticketIds: readonly string[]): void {
  if (ticketIds.length > 0) send(awaiting[cause], [[...new Set(ticketIds)], at]);
}

/** The work, after which it is looked for what waits by it. */
export async function placedSoon<Result>(
  { placeSoon }: Pick<Deps, 'placeSoon'>,
  work: Promise<Result>,
): Promise<Result> {
  const result = await work;
  placeSoon();
  return result;
}
