import type { LiveTicketsInput } from '../../../contract/liveTickets.js';
import { statement } from '../../db/statement.js';
import { batcherOf } from '../../kernel/batcher.js';
import { notFound } from '../../kernel/errors.js';
import { maySeeTicket, mayEnter } from '../../realtime/audience.js';
import type { Actor } from '../../kernel/actor.js';
import type { QueryRequest } from '../../realtime/queries/querySpec.js';
import { demandSense } from '../tickets/ticketFilterSql.js';
import type { Deps } from '../deps.js';

/** A ticket with its place at one moment: event `seq` of its project was the last one then. */
export interface FollowedTicket {
  readonly id: string;
  readonly projectId: string;
  readonly reporterId: string;
  readonly epoch: string;
  readonly seq: number;
  /** Whether it was ever in another project. */
  readonly hasMoved: boolean;
}

const findProjects = statement('live.projects', (d) => `SELECT id FROM projects WHERE ${d.anyOf('id', '$1')}`);
const findTickets = statement(
  'live.tickets',
  (d) => `SELECT t.id, t.project_id, t.reporter_id, c.event_seq, (SELECT epoch FROM installation) AS epoch,
     EXISTS (SELECT 1 FROM ticket_history h WHERE h.ticket_id = t.id AND h.field = 'projectId') AS has_moved
   FROM tickets t JOIN project_counters c ON c.project_id = t.project_id WHERE ${d.anyOf('t.id', '$1')}`,
);
interface TicketPlace {
  readonly id: string;
  readonly project_id: string;
  readonly reporter_id: string;
  readonly event_seq: number;
  readonly epoch: string;
  readonly has_moved: boolean | number;
}

// Thousands may ask at once, after a cut.
const existingProjects = batcherOf(async ({ db }: Deps, ids) => {
  const rows = await db.all<{ id: string }>(findProjects, [ids]);
  return new Set(rows.map(({ id }) => id));
});
const ticketPlaces = batcherOf(async ({ db }: Deps, ids) => {
  const rows = await db.all<TicketPlace>(findTickets, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** @throws NOT_FOUND no such project for this actor. */
export async function projectToFollow(deps: Deps, actor: Actor, projectId: string): Promise<string> {
  let isMember = false;
  const mayFollow = await deps.hub.allows(actor.userId, (facts) => {
    isMember = facts.projects.has(projectId);
    return mayEnter(facts, projectId);
  });
  // An administrator may enter every project, also one that does not exist.
  if (!mayFollow || (!isMember && !(await existingProjects(deps, projectId)).has(projectId))) throw notFound('project');
  return projectId;
}

/** A deleted ticket may be followed too: it may be restored. @throws NOT_FOUND no such ticket for this actor. */
export async function ticketToFollow(deps: Deps, actor: Actor, ticketId: string): Promise<FollowedTicket> {
  const row = (await ticketPlaces(deps, ticketId)).get(ticketId);
  const ticket = row && {
    id: row.id,
    projectId: row.project_id,
    reporterId: row.reporter_id,
    epoch: row.epoch,
    seq: row.event_seq,
    hasMoved: Boolean(row.has_moved),
  };
  if (!ticket || !(await deps.hub.allows(actor.userId, (facts) => maySeeTicket(facts, ticket))))
    throw notFound('ticket');
  return ticket;
}

/** @throws NOT_FOUND no such project for this actor; BAD_INPUT the filter asks for what cannot be. */
export async function queryToFollow(deps: Deps, actor: Actor, input: LiveTicketsInput): Promise<QueryRequest> {
  const { projectId, sort, limit, lastEventId: _, filter: together, ...beside } = input;
  const filter = { ...together, ...beside };
  demandSense(filter);
  if (projectId === undefined) return { projectId: null, filter, sort, limit };
  return { projectId: await projectToFollow(deps, actor, projectId), filter, sort, limit };
}
