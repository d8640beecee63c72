import type { JsonValue } from '../../contract/errors.js';
import type { Changes } from '../../contract/event.js';
import type { Actor } from '../../server/kernel/actor.js';
import type { Span } from '../../server/features/assignments/assignments.present.js';
import type { TicketRow } from '../../server/features/tickets/tickets.present.js';
import { idAt, randomFrom } from '../support/random.js';
import { templates, wording } from '../support/ticketTexts.js';
import { anyCategoryOf, anyPriority, anyStatus, departmentOf, skillsFor, storyPoints } from '../support/weights.js';
import type { World, WorldProject } from '../support/world.js';

/** When the first generated ticket was reported, and how long it takes until the next one is. */
const FIRST_AT = Date.UTC(2025, 0, 1, 6);
const EVERY_MS = 27_000;
const HOUR_MS = 3_600_000;
/** The last one must not lie ahead of the clocks of those who look at it. */
export const MOST_TICKETS = 2_000_000;

/** A ticket as `createTicket` makes it, and when it is finished, what `updateTicket` made of it later. */
export interface BulkTicket {
  readonly row: TicketRow;
  readonly span: Span | null;
  readonly creator: Actor;
  readonly finished: Finish | null;
  /** Draws the ids of what is written along with it. */
  readonly nextId: (momentMs: number) => string;
}
export interface Finish {
  readonly row: TicketRow;
  readonly changes: Changes;
  /** Set when it was closed: that is the end of holding it. */
  readonly ended: Span | null;
  readonly by: Actor;
}

/** The numbers that the project's counters gave. */
export interface TicketNumbers {
  readonly number: number;
  readonly seq: number;
}

/** One event, or two for a ticket that is finished: known before any number is taken. */
export const eventCount = (ticket: BulkTicket): number => (ticket.finished ? 2 : 1);

/** The ticket of this place in the whole order: it depends on the seed, the place and the world's ids alone. */
export function bulkTicket(world: World, project: WorldProject, seed: number, place: number): BulkTicket {
  const random = randomFrom(seed, place);
  const momentMs = FIRST_AT + place * EVERY_MS + random.below(EVERY_MS);
  const at = new Date(momentMs);
  const category = anyCategoryOf[project.key](random);
  const { title, description } = wording(random.pick(templates[category]), random);
  const status = anyStatus(random);
  const isFinal = status === 'RESOLVED' || status === 'CLOSED';
  const creator = random.pick(project.staff);
  const reporter = random.chance(0.6) ? random.pick(project.customers) : creator;
  const holder = random.chance(status === 'OPEN' ? 0.5 : 0.95) ? random.pick(project.holders) : null;
  const row: TicketRow = {
    id: idAt(momentMs, random),
    projectId: project.id,
    number: 0,
    key: project.key,
    type: 'TICKET',
    title,
    description,
    status: isFinal ? 'OPEN' : status,
    priority: anyPriority(random),
    category,
    departmentId: random.chance(0.6) ? (world.departments.get(departmentOf[category]) ?? null) : null,
    conversationId: idAt(momentMs, random),
    reporterId: reporter.userId,
    createdBy: creator.userId,
    assigneeId: holder?.userId ?? null,
    parentId: null,
    storyPoints: random.chance(0.7) ? random.pick(storyPoints) : null,
    requiredSkillId: random.chance(0.35) ? (world.skills.get(random.pick(skillsFor[category])) ?? null) : null,
    estimatedHours: random.chance(0.3) ? (1 + random.below(40)) / 2 : null,
    dueDate: random.chance(0.35) ? dayAfter(momentMs, 1 + random.below(30)) : null,
    waitingOn: null,
    assignmentState: holder ? 'ASSIGNED' : 'PENDING',
    aiAssisted: false,
    firstResponseAt: null,
    resolvedAt: null,
    completedAt: null,
    closedAt: null,
    externalSource: null,
    externalId: null,
    customFields: {},
    tags: [],
    mergedIntoId: null,
    sla: null,
    version: 1,
    lastSeq: 0,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    deletedBy: null,
    deleteReason: null,
  };
  const span = holder && firstSpan(row, holder, creator, idAt(momentMs, random));
  const later = new Date(momentMs + HOUR_MS / 4 + random.below(200 * HOUR_MS));
  const by = holder ?? random.pick(project.holders);
  const finished = isFinal ? finish(row, span, status, later, by) : null;
  return { row, span, creator, finished, nextId: (moment) => idAt(moment, random) };
}

/** What `planChange` makes of such a ticket; a test compares the two. */
function finish(row: TicketRow, span: Span | null, status: 'RESOLVED' | 'CLOSED', at: Date, by: Actor): Finish {
  const isClosed = status === 'CLOSED';
  const moment = { before: null, after: at.toISOString() };
  const after = {
    ...row,
    status,
    assigneeId: isClosed ? null : row.assigneeId,
    assignmentState: span ? ('COMPLETED' as const) : row.assignmentState,
    resolvedAt: at,
    completedAt: at,
    closedAt: isClosed ? at : null,
    version: 2,
    updatedAt: at,
  };
  const changes: Record<string, { before: JsonValue; after: JsonValue }> = {};
  changes['status'] = { before: row.status, after: status };
  if (after.assigneeId !== row.assigneeId) changes['assigneeId'] = { before: row.assigneeId, after: after.assigneeId };
  if (span) changes['assignmentState'] = { before: row.assignmentState, after: after.assignmentState };
  changes['resolvedAt'] = moment;
  changes['completedAt'] = moment;
  if (isClosed) changes['closedAt'] = moment;
  const ended = isClosed && span ? { ...span, status: 'COMPLETED' as const, isPrimary: false, unassignedAt: at } : null;
  return { row: after, changes, ended, by };
}

const dayAfter = (momentMs: number, days: number): string =>
  new Date(momentMs + days * 24 * HOUR_MS).toISOString().slice(0, 10);

const firstSpan = (row: TicketRow, holder: Actor, creator: Actor, id: string): Span => ({
  id,
  ticketId: row.id,
  assigneeId: holder.userId,
  assigneeName: holder.name,
  assignedBy: creator.userId,
  assignedByLabel: creator.name,
  type: 'MANUAL',
  originalAssigneeId: null,
  reason: null,
  status: 'ACTIVE',
  isPrimary: true,
  assignedAt: row.createdAt,
  unassignedAt: null,
  proposalId: null,
});
