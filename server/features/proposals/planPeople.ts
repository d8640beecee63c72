import type { Attributes } from 'sequelize';
import { limits } from '../../../contract/limits.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Developer } from '../../db/models/Developer.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { Continuity, PlanPerson } from '../../planner/planInput.js';

type Profile = Attributes<Developer>;

// Of more than a plan holds, those who have the least to do.
const candidates = statement(
  'proposals.people',
  `SELECT d.*, u.name AS user_name FROM project_members m JOIN users u ON u.id = m.user_id JOIN developers d ON d.user_id = u.id
   WHERE m.project_id = $1 AND m.role <> 'CUSTOMER' AND u.role <> 'CUSTOMER' AND u.active
   ORDER BY d.current_workload, d.id LIMIT ${limits.planPeopleMax}`,
);

/** Whoever can hold tickets of the project, under the name that they are known by. */
export async function peopleOf(all: RunStatement, projectId: string): Promise<Profile[]> {
  const rows = await all<{ user_name: string }>(candidates, [projectId]);
  return rows.map(({ user_name: name, ...columns }) => ({ ...decodeRow(Developer, columns), name }));
}

const skills = statement(
  'proposals.skills',
  (d) => `SELECT developer_id, skill_id, level FROM developer_skills WHERE ${d.anyOf('developer_id', '$1')}`,
);

export async function skillsOf(
  all: RunStatement,
  developerIds: readonly string[],
): Promise<ReadonlyMap<string, PlanPerson['skills']>> {
  const rows = await all<{ developer_id: string; skill_id: string; level: number }>(skills, [developerIds]);
  const byPerson = groupBy(rows, ({ developer_id }) => developer_id);
  return new Map(
    [...byPerson].map(([id, own]) => [id, own.map(({ skill_id: skillId, level }) => ({ skillId, level }))]),
  );
}

const heldPoints = statement(
  'proposals.heldPoints',
  (
    d,
  ) => `SELECT a.assignee_id, CAST(sum(t.story_points) AS integer) AS points FROM assignments a JOIN tickets t ON t.id = a.ticket_id
   WHERE a.status = 'ACTIVE' AND t.story_points > 0 AND ${d.anyOf('a.ticket_id', '$1')} GROUP BY a.assignee_id`,
);

/** By user, the points that they hold of these tickets. */
export async function loadsOf(all: RunStatement, ticketIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await all<{ assignee_id: string; points: number }>(heldPoints, [ticketIds]);
  return new Map(rows.map(({ assignee_id, points }) => [assignee_id, points]));
}

const CONTINUITY_DAYS = 90;
/** Of a busier project the last of that time. */
const SPANS_MAX = 20_000;
const handled = statement(
  'proposals.handled',
  `SELECT x.assignee_id, x.reporter_id, CAST(count(*) AS integer) AS tickets FROM (
     SELECT DISTINCT l.assignee_id, l.ticket_id, l.reporter_id FROM (
       SELECT a.assignee_id, a.ticket_id, t.reporter_id FROM assignments a JOIN tickets t ON t.id = a.ticket_id
       WHERE t.project_id = $1 AND a.assigned_at >= $2 ORDER BY a.assigned_at DESC, a.id DESC LIMIT ${SPANS_MAX}
     ) l
   ) x GROUP BY x.assignee_id, x.reporter_id ORDER BY x.assignee_id, x.reporter_id`,
);

/** How many tickets each person was given here of late, by reporter and in all. */
export async function continuityIn(
  all: RunStatement,
  projectId: string,
  today: string,
  byUser: ReadonlyMap<string, Pick<Profile, 'id'>>,
): Promise<Continuity[]> {
  const since = new Date(Date.parse(today) - CONTINUITY_DAYS * 86_400_000);
  const rows = await all<{ assignee_id: string; reporter_id: string; tickets: number }>(handled, [projectId, since]);
  const known = rows.flatMap(({ assignee_id, reporter_id: of, tickets }) => {
    const person = byUser.get(assignee_id);
    return person ? [{ developerId: person.id, kind: 'REPORTER' as const, of, tickets }] : [];
  });
  const inAll = [...groupBy(known, ({ developerId }) => developerId)].map(([developerId, own]) => ({
    developerId,
    kind: 'PROJECT' as const,
    of: projectId,
    tickets: own.reduce((sum, { tickets }) => sum + tickets, 0),
  }));
  return [...known, ...inAll];
}
