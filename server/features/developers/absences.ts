import type { Attributes } from 'sequelize';
import { decodeRow } from '../../db/decodeRow.js';
import { Developer } from '../../db/models/Developer.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork } from '../../db/unitOfWork.js';
import { systemActor } from '../../kernel/actor.js';
import { isAwayNow } from '../../planner/presence.js';
import type { Span } from '../assignments/assignments.present.js';
import { takeFrom } from '../assignments/endAssignmentsOf.js';
import type { Deps } from '../deps.js';
import { absenceOf } from '../proposals/planSnapshot.js';
import { lockProposalsTo, overtakenByAbsence, withdrawProposals } from '../proposals/withdrawFrom.js';
import { lockIfKnown } from '../users/userLocks.js';

/** Tickets of one transaction: short ones let others through. */
const STEP = 200;
const DAY_MS = 86_400_000;

// Whose absence begins or ends about now, by whatever clock, and those of whom it is known that they are away.
const absent = statement(
  'absences.find',
  `SELECT d.* FROM developers d JOIN users u ON u.id = d.user_id AND u.active WHERE d.absence_since IS NOT NULL
   UNION
   SELECT d.* FROM developers d JOIN users u ON u.id = d.user_id AND u.active
   WHERE (d.out_of_office_from IS NOT NULL OR d.out_of_office_to IS NOT NULL)
     AND (d.out_of_office_from IS NULL OR d.out_of_office_from <= $1) AND (d.out_of_office_to IS NULL OR d.out_of_office_to > $2)`,
);
// What somebody was given while they were away they were given on purpose. What is done waits for nobody.
const left = `FROM assignments a JOIN developers d ON d.user_id = a.assignee_id AND a.assigned_at <= d.absence_since
   JOIN tickets t ON t.id = a.ticket_id AND t.deleted_at IS NULL AND t.status IN ('OPEN', 'IN_PROGRESS', 'REVIEW')
   JOIN projects p ON p.id = t.project_id AND p.away_policy <> 'KEEP' AND p.is_archived = $2
   WHERE a.status = 'ACTIVE'`;
const leaving = statement(
  'absences.leaving',
  (d) => `SELECT DISTINCT a.assignee_id ${left} AND ${d.anyOf('a.assignee_id', '$1')}`,
);
const leftBy = statement(
  'absences.leftBy',
  `SELECT a.ticket_id ${left} AND a.assignee_id = $1 ORDER BY a.ticket_id LIMIT ${STEP}`,
);
const lockProfile = statement(
  'absences.lock',
  (d) => `SELECT d.* FROM developers d WHERE d.user_id = $1 ${d.lock('NO KEY UPDATE', 'd')}`,
);
const setSince = statement('absences.setSince', 'UPDATE developers SET absence_since = $2 WHERE user_id = $1');

/**
 * Sees to those who went away since it was last done, each absence once: what is proposed for them for a day on which they are away is stale,
 * and what they held before goes where each project's `awayPolicy` says. May run on several nodes at once: the lock of the person lets one
 * after the other look what is left to do. @returns how many tickets were taken.
 */
export async function sweepAbsences(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  const around = [new Date(now.getTime() + DAY_MS), new Date(now.getTime() - DAY_MS)];
  const people = (await deps.db.all(absent, around)).map((row) => decodeRow(Developer, row));
  const away = people.filter((person) => isAwayNow(absenceOf(person), now));
  const isAway = new Set(away.map(({ userId }) => userId));
  // First it is known since when they are away, and by that what they held before.
  for (const { userId, absenceSince } of people)
    if (isAway.has(userId) !== (absenceSince !== null)) await takeSome(deps, userId);
  const rows = await deps.db.all<{ assignee_id: string }>(leaving, [[...isAway], false]);
  let taken = 0;
  for (const { assignee_id: userId } of rows) {
    let step = STEP;
    while (step === STEP) taken += step = await takeSome(deps, userId);
  }
  return taken;
}

const unfinished: ReadonlySet<string> = new Set(['OPEN', 'IN_PROGRESS', 'REVIEW']);

const isFromBefore = (spans: readonly Span[], { userId, absenceSince }: Attributes<Developer>): boolean =>
  spans.some(
    ({ assigneeId, assignedAt }) => assigneeId === userId && absenceSince !== null && assignedAt <= absenceSince,
  );

/** One step, under the locks of the person, of tickets and of the profile, in this order. */
const takeSome = (deps: Deps, userId: string): Promise<number> =>
  inUnitOfWork(deps, { actor: systemActor, procedure: 'developers.sweepAbsences', input: {} }, async (unit) => {
    await lockIfKnown(unit, userId);
    const found = await unit.all<{ ticket_id: string }>(leftBy, [userId, false]);
    const ticketIds = found.map(({ ticket_id }) => ticket_id);
    const locked = await lockProposalsTo(unit, userId, null, ticketIds);
    const [raw] = await unit.all(lockProfile, [userId]);
    if (!raw) return 0;
    const profile = decodeRow(Developer, raw);
    const absence = absenceOf(profile);
    const isAway = isAwayNow(absence, unit.at);
    if (isAway !== (profile.absenceSince !== null)) unit.send(setSince, [userId, isAway ? unit.at : null]);
    if (!isAway) return 0;
    const states = ticketIds
      .flatMap((id) => locked.tickets.get(id) ?? [])
      .filter(({ row, spans }) => unfinished.has(row.status) && isFromBefore(spans, profile));
    await takeFrom(deps, unit, systemActor, { userId, reason: 'went away', states });
    await withdrawProposals(unit, overtakenByAbsence(locked, absence, unit.at));
    return states.length;
  });
