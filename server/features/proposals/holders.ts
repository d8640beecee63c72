import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Developer } from '../../db/models/Developer.js';
import { json, statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { dayOfNeed, isAway, isAwayNow } from '../../planner/presence.js';
import { findPeople, type Person } from '../tickets/loadTicket.js';
import { rolesBesideTickets } from '../tickets/ticketStatements.js';
import { canHold } from '../tickets/tickets.policy.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { absenceOf } from './planSnapshot.js';

/** Their workloads, absences and skills cannot be changed by anybody else until the transaction ends. */
const lockDevelopers = statement(
  'developers.lockMany',
  (d) =>
    `SELECT d.* FROM developers d WHERE ${d.anyOf('d.user_id', '$1')} ORDER BY d.user_id ${d.lock('NO KEY UPDATE', 'd')}`,
);
// Asked once the locks are held: who changes skills has the lock of the profile.
const skillsOfUsers = statement(
  'proposals.skillsOfUsers',
  (d) => `SELECT d.user_id, s.skill_id FROM developer_skills s JOIN developers d ON d.id = s.developer_id
   WHERE ${d.anyOf('d.user_id', '$1')}`,
);

/** What a person is proposed for. */
interface Pair {
  readonly ticketId: string;
  readonly assigneeId: string;
}
/** Why somebody cannot have a ticket that they were proposed for. */
export type HolderProblem = 'PERSON' | 'SKILL' | 'AWAY';

export interface Holders {
  readonly people: ReadonlyMap<string, Person>;
  readonly profiles: ReadonlyMap<string, ReturnType<typeof decodeRow<Developer>>>;
  readonly problemOf: (assigneeId: string, ticket: TicketRow) => HolderProblem | null;
}

/** What the day of the plan says, which is Greenwich's; only what is due later; or nothing, because nobody decides that they should. */
type AwayNow = 'AS_PLANNED' | 'FOR_LATER' | 'NOTHING';

/**
 * What the planner knew of these people as it is now, under locks: of people, then of the tickets by `lockTickets`, then of profiles. `awayNow`
 * says what somebody may have who is away now, by their own clock.
 */
export async function lockHolders<Tickets>(
  unit: UnitOfWork,
  pairs: readonly Pair[],
  lockTickets: () => Promise<Tickets>,
  awayNow: AwayNow,
): Promise<Holders & { readonly tickets: Tickets }> {
  const userIds = [...new Set(pairs.map(({ assigneeId }) => assigneeId))];
  const asked = json(pairs.map(({ ticketId, assigneeId }) => [ticketId, assigneeId]));
  const [people, tickets, roles, rows, skills] = await Promise.all([
    findPeople(unit, userIds),
    lockTickets(),
    unit.all<{ project_id: string; user_id: string; role: ProjectRole | null }>(rolesBesideTickets, [asked]),
    unit.all<{ user_id: string }>(lockDevelopers, [userIds]),
    unit.all<{ user_id: string; skill_id: string }>(skillsOfUsers, [userIds]),
  ]);
  const roleOf = new Map(roles.map(({ project_id, user_id, role }) => [`${project_id} ${user_id}`, role]));
  const profiles = new Map(rows.map((row) => [row.user_id, decodeRow(Developer, row)]));
  const known = new Set(skills.map(({ user_id, skill_id }) => `${user_id} ${skill_id}`));
  const today = unit.at.toISOString().slice(0, 10);
  const problemOf = (assigneeId: string, { projectId, requiredSkillId, dueDate }: TicketRow): HolderProblem | null => {
    const [person, profile] = [people.get(assigneeId), profiles.get(assigneeId)];
    const projectRole = roleOf.get(`${projectId} ${assigneeId}`) ?? null;
    if (!person || !profile || !canHold({ ...person, projectRole }).allowed) return 'PERSON';
    if (requiredSkillId !== null && !known.has(`${assigneeId} ${requiredSkillId}`)) return 'SKILL';
    const absence = absenceOf(profile);
    const isLater = awayNow === 'AS_PLANNED' || (awayNow === 'FOR_LATER' && dueDate !== null && dueDate > today);
    return isAway(absence, dayOfNeed(dueDate, today)) || (!isLater && isAwayNow(absence, unit.at)) ? 'AWAY' : null;
  };
  return { people, profiles, tickets, problemOf };
}
