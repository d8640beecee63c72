import type { AutoAssign, AwayPolicy } from '../../../contract/project.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../db/unitOfWork.js';
import { systemActor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { repeatOrSooner, type Repeated } from '../../kernel/repeat.js';
import type { PlanStrategy } from '../../../contract/plan.js';
import { sweepAbsences } from '../developers/absences.js';
import type { Deps } from '../deps.js';
import { writeTickets } from '../tickets/writeTickets.js';
import { markApproved, planApprovals, tellApproved } from './approvals.js';
import { readPlanSnapshot } from './planSnapshot.js';
import { isUnplaced, type PlacingCause } from './ticketsToPlace.js';
import { writePlan, type MadePlan } from './writePlan.js';

const EVERY_MS = 60_000;
/** Planning so many takes seconds; of a node that died they are due again after the lease. */
const BATCH = 200;
const LEASE_MS = 2 * 60_000;
/** After as many plans that did not hold there is a pause of a lease. */
const HASTE = 5;

/** One ticket is placed while its maker still looks at it; what somebody left behind is worth the best plan there is. */
const strategyFor: Readonly<Record<PlacingCause, PlanStrategy>> = { CREATED: 'GREEDY', FREED: 'OPTIMAL' };

const firstDue = statement(
  'placing.firstDue',
  'SELECT project_id, cause FROM tickets_to_place WHERE due_at <= $1 ORDER BY due_at, project_id LIMIT 1',
);
// Of two nodes that want the same rows the second waits for the first, looks again, and does not get them.
const claim = statement(
  'placing.claim',
  `UPDATE tickets_to_place SET due_at = $2, attempts = attempts + 1, updated_at = $1
   WHERE due_at <= $1 AND ticket_id IN (SELECT ticket_id FROM tickets_to_place
     WHERE due_at <= $1 AND project_id = $3 AND cause = $4 ORDER BY ticket_id LIMIT ${BATCH})
   RETURNING ticket_id, attempts`,
);
const whatIsWanted = statement(
  'placing.wanted',
  'SELECT p.auto_assign, p.away_policy, p.is_archived FROM projects p WHERE p.id = $1',
);
// Somebody may have it meanwhile, or be proposed for it.
const open = statement(
  'placing.open',
  (d) => `SELECT t.id FROM tickets_to_place q JOIN tickets t ON t.id = q.ticket_id AND t.project_id = q.project_id
   WHERE ${d.anyOf('q.ticket_id', '$1')} AND ${isUnplaced}
     AND NOT EXISTS (SELECT 1 FROM assignment_proposals p WHERE p.ticket_id = t.id AND p.state = 'PROPOSED')`,
);
const lockRows = statement(
  'placing.lock',
  (d) => `SELECT q.ticket_id FROM tickets_to_place q WHERE ${d.anyOf('q.ticket_id', '$1')}
   ORDER BY q.ticket_id ${d.lock('UPDATE', 'q')}`,
);
const settle = statement('placing.settle', (d) => `DELETE FROM tickets_to_place WHERE ${d.anyOf('ticket_id', '$1')}`);
const again = statement(
  'placing.again',
  (d) =>
    `UPDATE tickets_to_place SET due_at = $2, updated_at = $2 WHERE attempts < ${HASTE} AND ${d.anyOf('ticket_id', '$1')}`,
);

interface Claimed {
  readonly projectId: string;
  readonly cause: PlacingCause;
  readonly ticketIds: readonly string[];
}

async function claimSome({ db, clock }: Deps): Promise<Claimed | null> {
  const now = clock.now();
  const [due] = await db.all<{ project_id: string; cause: PlacingCause }>(firstDue, [now]);
  if (!due) return null;
  const values = [now, new Date(now.getTime() + LEASE_MS), due.project_id, due.cause];
  const rows = await db.sequelize.transaction((transaction) =>
    db.on(transaction)<{ ticket_id: string }>(claim, values),
  );
  return { projectId: due.project_id, cause: due.cause, ticketIds: rows.map(({ ticket_id }) => ticket_id) };
}

/**
 * Finds somebody for the tickets that wait for it: proposes, or assigns, as their projects want. May run on several nodes at once: a ticket is
 * leased to one, and its row is locked, and gone with what was written of it. What nobody can have is in the run as unplaced.
 */
export async function placeWaiting(deps: Deps): Promise<void> {
  for (;;) {
    const claimed = await claimSome(deps);
    if (!claimed) return;
    try {
      if (claimed.ticketIds.length > 0) await place(deps, claimed);
    } catch (error) {
      // What was true when it was planned is not any more: it is planned anew. Of the rest the lease has to end.
      const isOvertaken = error instanceof AppError && overtaken.has(error.code);
      if (isOvertaken) await inUnit(deps, async (unit) => unit.send(again, [claimed.ticketIds, unit.at]));
      deps.log[isOvertaken ? 'debug' : 'warn'](
        { error: String(error), projectId: claimed.projectId },
        'tickets could not be placed; trying again',
      );
    }
  }
}

const overtaken: ReadonlySet<string> = new Set(['CAPACITY_EXCEEDED', 'STALE_PROPOSAL', 'NOT_FOUND', 'CONFLICT']);

const inUnit = <Result>(deps: Deps, work: (unit: UnitOfWork) => Promise<Result>): Promise<Result> =>
  inUnitOfWork(deps, { actor: systemActor, procedure: 'assignments.place', input: {} }, work);

async function place(deps: Deps, { projectId, cause, ticketIds }: Claimed): Promise<void> {
  const wanted = await wantedOf(deps, projectId, cause);
  const rows = wanted === 'OFF' ? [] : await deps.db.all<{ id: string }>(open, [ticketIds]);
  const openIds = rows.map(({ id }) => id);
  const isOpen = new Set(openIds);
  const done = ticketIds.filter((id) => !isOpen.has(id));
  if (done.length > 0) await inUnit(deps, async (unit) => unit.send(settle, [done]));
  if (openIds.length === 0) return;
  const asked = { projectId, filters: { ticketIds: openIds }, now: deps.clock.now(), isUnasked: true };
  const snapshot = await deps.db.snapshot((all) => readPlanSnapshot(all, deps.db.dialect, systemActor, asked));
  const plan = await deps.planner.plan(snapshot.input, strategyFor[cause]);
  await inUnit(deps, (unit) => writePlaces(deps, unit, { ...asked, snapshot, plan }, openIds, wanted === 'ASSIGN'));
}

interface WantedRow {
  readonly auto_assign: AutoAssign;
  readonly away_policy: AwayPolicy;
  readonly is_archived: boolean | number;
}

async function wantedOf({ db }: Deps, projectId: string, cause: PlacingCause): Promise<AutoAssign> {
  const [project] = await db.all<WantedRow>(whatIsWanted, [projectId]);
  if (!project || project.is_archived) return 'OFF';
  const ofFreed = project.away_policy === 'REPROPOSE' ? 'PROPOSE' : 'OFF';
  return cause === 'CREATED' ? project.auto_assign : ofFreed;
}

/** The plan with its proposals, and with their assignments where they need no decision, in one transaction with the end of the waiting. */
async function writePlaces(
  deps: Deps,
  unit: UnitOfWork,
  made: MadePlan,
  ids: readonly string[],
  isDecided: boolean,
): Promise<void> {
  // Before anything else is locked: of a ticket that another node saw to meanwhile there is none any more.
  const rows = await unit.all<{ ticket_id: string }>(lockRows, [ids]);
  if (rows.length < ids.length) throw new AppError('CONFLICT', 'Somebody else placed these tickets.');
  const { proposals, changed } = await writePlan(unit, systemActor, made);
  if (isDecided && proposals.length > 0) {
    const proposalIds = proposals.map(({ id }) => id);
    const approvals = await planApprovals(unit, systemActor, proposalIds, { isUnasked: true });
    markApproved(unit, systemActor, approvals);
    await writeTickets(
      deps,
      unit,
      systemActor,
      approvals.map(({ plan }) => plan),
    );
    await tellApproved(unit, systemActor, approvals);
  }
  const isChanged = new Set(changed);
  unit.send(settle, [ids.filter((id) => !isChanged.has(id))]);
  if (changed.length > 0) unit.send(again, [changed, unit.at]);
}

/** Sees to absences and to tickets that wait, now, every minute, and when asked to. */
export const keepPlacing = (deps: Deps): Repeated =>
  repeatOrSooner(EVERY_MS, async () => {
    try {
      await sweepAbsences(deps);
      await placeWaiting(deps);
    } catch (error) {
      deps.log.warn(
        { error: String(error) },
        'absences and waiting tickets could not be seen to; trying again in a minute',
      );
    }
  });
