import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork, type WriteDeps } from '../../db/unitOfWork.js';
import { systemActor as system } from '../../kernel/actor.js';

export interface Parked {
  readonly ticket_id: string;
  readonly project_id: string;
}

const holdProjects = statement(
  'sla.holdProjects',
  (d) =>
    `SELECT p.id, p.is_archived FROM projects p WHERE ${d.anyOf('p.id', '$1')} ORDER BY p.id ${d.lock('SHARE', 'p')}`,
);
const parkClocks = statement(
  'sla.park',
  (d) => `UPDATE ticket_slas SET mark_at = NULL WHERE ${d.anyOf('ticket_id', '$1')}`,
);
/** Takes the clocks of these tickets out of the sweep's sight. */
export const hide = (unit: UnitOfWork, ticketIds: readonly string[]): void => unit.send(parkClocks, [ticketIds]);

// Also of what was told before it was put away: nothing of that is left to tell.
const unparkClocks = statement(
  'sla.unpark',
  `UPDATE ticket_slas SET mark_at = CASE
     WHEN warned_at IS NULL AND (coalesce(stopped_at, paused_at) IS NULL OR warn_at < coalesce(stopped_at, paused_at)) THEN warn_at
     WHEN breached_at IS NULL AND (coalesce(stopped_at, paused_at) IS NULL OR due_at < coalesce(stopped_at, paused_at)) THEN due_at END
   WHERE mark_at IS NULL AND breached_at IS NULL AND ticket_id IN (SELECT id FROM tickets WHERE project_id = $1)`,
);

/** Of an archived project nothing is told until it is taken out again. Meanwhile its clocks are in nobody's way. */
export const park = (deps: WriteDeps, due: readonly Parked[]): Promise<void> =>
  inUnitOfWork(deps, { actor: system, procedure: 'sla.park', input: {} }, async (unit) => {
    const ids = [...new Set(due.map(({ project_id }) => project_id))];
    type Row = { readonly id: string; readonly is_archived: boolean | number };
    const rows = await unit.all<Row>(holdProjects, [ids]);
    const archived = new Set(rows.filter(({ is_archived }) => is_archived).map(({ id }) => id));
    const tickets = due.filter(({ project_id }) => archived.has(project_id)).map(({ ticket_id }) => ticket_id);
    if (tickets.length > 0) hide(unit, tickets);
  });

/** Lets the sweep see a project's clocks again. Its row is locked. */
export const unpark = (unit: UnitOfWork, projectId: string): void => unit.send(unparkClocks, [projectId]);
