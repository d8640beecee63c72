import { limits } from '../../../contract/limits.js';
import type { ProjectRole } from '../../../contract/project.js';
import type { ProposeFilters } from '../../../contract/proposal.js';
import { decodeRow } from '../../db/decodeRow.js';
import type { Dialect } from '../../db/dialect.js';
import type { Developer } from '../../db/models/Developer.js';
import { Ticket } from '../../db/models/Ticket.js';
import { adHoc, statement, type RunStatement } from '../../db/statement.js';
import { isInside, type Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { defaultWeights, type PlanInput, type PlanPerson, type PlanTicket } from '../../planner/planInput.js';
import { isAwayNow } from '../../planner/presence.js';
import { filterSql } from '../tickets/ticketFilterSql.js';
import { Parameters } from '../tickets/ticketScope.js';
import { continuityIn, loadsOf, peopleOf, skillsOf } from './planPeople.js';
import { rejectedFor } from './proposalRows.js';
import { canPropose } from './proposals.policy.js';
import { planBasis, type PlannedTicket } from './planBasis.js';

const projectFacts = statement(
  'proposals.project',
  `SELECT p.is_archived, c.event_seq, m.role FROM projects p JOIN project_counters c ON c.project_id = p.id
   LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $2 WHERE p.id = $1`,
);

/**
 * The number of the project's last event, for who may have it planned.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canPropose`; CONFLICT it is archived.
 */
export async function demandProposer(all: RunStatement, actor: Actor, projectId: string): Promise<number> {
  const [row] = await all<{ is_archived: boolean | number; event_seq: number; role: ProjectRole | null }>(
    projectFacts,
    [projectId, actor.userId],
  );
  const standing = { role: actor.role, projectRole: row?.role ?? null };
  if (!row || !isInside(standing)) throw notFound('project');
  demand(canPropose(standing));
  if (row.is_archived) throw new AppError('CONFLICT', 'The project is archived.', { projectId });
  return row.event_seq;
}

/** What a plan is made from: the project at one moment. */
export interface PlanSnapshot {
  /** Of the last event that is in it. */
  readonly seq: number;
  readonly input: PlanInput;
  readonly tickets: ReadonlyMap<string, PlannedTicket>;
  /** There are more tickets than one plan holds. */
  readonly hasMore: boolean;
}

interface TicketColumns {
  readonly skill_name: string | null;
  readonly held_as: string | null;
}

/** A person chose so, and the planner works around it. */
const chosenByHand = new Set(['MANUAL', 'REASSIGNED', 'CLAIMED']);

/** The tickets that the filters let through, the most important first, and one more than a plan holds when there are more. */
async function ticketsOf(all: RunStatement, d: Dialect, projectId: string, filters: ProposeFilters) {
  const { ticketIds, status = ['OPEN', 'IN_PROGRESS', 'REVIEW'], includeHeld = false, ...rest } = filters;
  const parameters = new Parameters();
  const where = [
    `t.project_id = ${parameters.bind(projectId)}`,
    d.anyOf('t.status', parameters.bind(status)),
    ...(ticketIds ? [d.anyOf('t.id', parameters.bind(ticketIds))] : []),
    ...filterSql({ ...rest, ...(includeHeld ? {} : { unassigned: true }) }, d, parameters),
  ];
  const text = `SELECT t.id, t.key, t.title, t.project_id, t.story_points, t.priority, t.due_date, t.required_skill_id, t.reporter_id,
      t.assignee_id, t.status, t.version, s.name AS skill_name, a.type AS held_as
    FROM tickets t LEFT JOIN skills s ON s.id = t.required_skill_id
    LEFT JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE' AND a.is_primary
    WHERE ${where.join(' AND ')} ORDER BY t.priority_rank DESC, t.due_sort, t.id LIMIT ${limits.proposalsMax + 1}`;
  const rows = await all<TicketColumns>(adHoc(text), parameters.values);
  return rows.map(({ skill_name: skillName, held_as: heldAs, ...columns }) => ({
    ...decodeRow(Ticket, columns),
    skillName,
    isPinned: heldAs !== null && chosenByHand.has(heldAs),
  }));
}

const existing = statement(
  'proposals.namedTickets',
  (d) => `SELECT t.id FROM tickets t WHERE t.project_id = $1 AND t.deleted_at IS NULL AND ${d.anyOf('t.id', '$2')}`,
);

/** @throws NOT_FOUND a ticket is named that is not in the project. */
async function demandNamed(all: RunStatement, projectId: string, ticketIds: readonly string[]): Promise<void> {
  const found = await all<{ id: string }>(existing, [projectId, ticketIds]);
  if (found.length < ticketIds.length) throw notFound('ticket');
}

export interface PlanQuestion {
  readonly projectId: string;
  readonly filters: ProposeFilters;
  readonly now: Date;
  /** Nobody decides that it is made: whoever is away now is not given anything, not even for later. */
  readonly isUnasked?: boolean;
}

/** Reads everything at one moment; `all` is a snapshot's. */
export async function readPlanSnapshot(
  all: RunStatement,
  d: Dialect,
  actor: Actor,
  { projectId, filters, now, isUnasked = false }: PlanQuestion,
): Promise<PlanSnapshot> {
  const today = now.toISOString().slice(0, 10);
  const seq = await demandProposer(all, actor, projectId);
  if (filters.ticketIds) await demandNamed(all, projectId, filters.ticketIds);
  const found = await ticketsOf(all, d, projectId, filters);
  const people = await peopleOf(all, projectId);
  const byUser = new Map(people.map((person) => [person.userId, person]));
  // Whoever holds it by hand and is no candidate keeps it: there is nothing to plan.
  const rows = found.slice(0, limits.proposalsMax).filter((row) => !row.isPinned || byUser.has(row.assigneeId ?? ''));
  const ids = rows.map(({ id }) => id);
  const developerIds = people.map(({ id }) => id);
  const [skills, loads, rejected, continuity] = [
    await skillsOf(all, developerIds),
    await loadsOf(all, ids),
    await all<{ ticket_id: string; developer_id: string }>(rejectedFor, [ids]),
    await continuityIn(all, projectId, today, byUser),
  ];
  const tickets = rows.map((row): PlanTicket => ({
    id: row.id,
    key: row.key,
    title: row.title,
    projectId,
    storyPoints: row.storyPoints,
    priority: row.priority,
    dueDate: row.dueDate,
    isOverdue: row.dueDate !== null && row.dueDate < today,
    reporterId: row.reporterId,
    requiredSkillId: row.requiredSkillId,
    requiredSkillName: row.skillName,
    isSkillStrict: true,
    pinnedTo: row.isPinned ? (byUser.get(row.assigneeId ?? '')?.id ?? null) : null,
  }));
  const planPeople = people.map((person): PlanPerson => ({
    ...(isUnasked ? withoutReturn(asPlanned(person), now) : asPlanned(person)),
    workload: Math.max(0, person.currentWorkload - (loads.get(person.userId) ?? 0)),
    skills: skills.get(person.id) ?? [],
    projectIds: [projectId],
  }));
  return {
    seq,
    hasMore: found.length > limits.proposalsMax,
    input: {
      asOf: today,
      tickets,
      people: planPeople,
      rejectedPairs: rejected.map(({ ticket_id, developer_id }) => ({
        ticketId: ticket_id,
        developerId: developer_id,
      })),
      continuity,
      weights: defaultWeights,
    },
    tickets: new Map(rows.map((row) => [row.id, planBasis(row)])),
  };
}

type DeveloperRow = ReturnType<typeof decodeRow<Developer>>;

/** What the planner knows of somebody by their own row. */
const asPlanned = (person: DeveloperRow & { readonly name: string }) => ({
  id: person.id,
  userId: person.userId,
  name: person.name,
  title: person.title,
  isActive: true,
  capacity: person.capacity,
  availability: person.availability,
  experienceYears: person.experienceYears,
  ...absenceOf(person),
});

export const absenceOf = (row: Pick<DeveloperRow, 'outOfOfficeFrom' | 'outOfOfficeTo' | 'timezone'>) => ({
  awayFrom: row.outOfOfficeFrom?.toISOString() ?? null,
  awayTo: row.outOfOfficeTo?.toISOString() ?? null,
  timezone: row.timezone,
});

const LONG_AGO = '1970-01-01T00:00:00.000Z';
/** Whoever is away now as if they were away at any time, the day of the plan too, whose date is not everybody's: for plans that nobody asked for. */
const withoutReturn = <Row extends ReturnType<typeof asPlanned>>(person: Row, now: Date): Row =>
  isAwayNow(person, now) ? { ...person, awayFrom: LONG_AGO, awayTo: null } : person;
