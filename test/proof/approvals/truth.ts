import type { Handover } from '../../../contract/event.js';
import type { ProposalState } from '../../../contract/proposal.js';
import type { Ticket } from '../../../contract/ticket.js';
import { groupBy } from '../../../server/kernel/groupBy.js';
import type { Database } from '../../../server/db/database.js';
import { adHoc } from '../../../server/db/statement.js';
import type { Scene } from './scene.js';
import type { Limit, Told } from './room.js';

/** A row of a proposal, and of what it was approved as. */
export interface Decided {
  readonly id: string;
  readonly state: ProposalState;
  readonly assignments: readonly { readonly id: string; readonly assigneeId: string }[];
}

/** What the database says of a round that is over. */
export interface Truth {
  readonly events: readonly Told[];
  /** How often an event tells of it, by type and proposal. */
  readonly decisions: ReadonlyMap<string, number>;
  readonly proposals: ReadonlyMap<string, Decided>;
  /** By user: what the row says of their load, and the points that they hold. */
  readonly loads: ReadonlyMap<string, { readonly workload: number; readonly points: number }>;
  /** By profile: what the audit log has of their limit, in no order. */
  readonly limits: ReadonlyMap<string, readonly Omit<Limit, 'load'>[]>;
}

const eventsAfter = adHoc(
  (d) =>
    `SELECT seq, type, ${d.jsonText('payload')} AS payload FROM events WHERE project_id = $1 AND seq > $2 ORDER BY seq`,
);
const proposalsOf = adHoc(
  (d) => `SELECT p.id, p.state, a.id AS assignment_id, a.assignee_id FROM assignment_proposals p
   LEFT JOIN assignments a ON a.proposal_id = p.id WHERE ${d.anyOf('p.ticket_id', '$1')}`,
);
const allLoads = adHoc(
  `SELECT d.user_id, d.current_workload AS workload, CAST(coalesce(sum(t.story_points), 0) AS integer) AS points FROM developers d
   LEFT JOIN (assignments a JOIN tickets t ON t.id = a.ticket_id AND t.deleted_at IS NULL AND t.status NOT IN ('RESOLVED', 'CLOSED'))
     ON a.assignee_id = d.user_id AND a.status = 'ACTIVE' GROUP BY d.user_id, d.current_workload`,
);
const limitsSince = adHoc(
  (d) => `SELECT entity_id, ${d.jsonText('before')} AS before, ${d.jsonText('after')} AS after FROM audit_log
   WHERE ${d.anyOf('entity_id', '$1')} AND at >= $2 AND procedure = 'developers.update'`,
);

interface Payload {
  readonly ticket?: Ticket;
  readonly handover?: Handover;
  readonly proposal?: { readonly id: string };
}
export async function readTruth(db: Database, projectId: string, scene: Scene): Promise<Truth> {
  const told = await db.all<{ seq: number; type: string; payload: string }>(eventsAfter, [projectId, scene.seq]);
  const decisions = new Map<string, number>();
  const events = told.flatMap(({ seq, type, payload }): Told[] => {
    const { ticket, handover, proposal } = JSON.parse(payload) as Payload;
    const name = `${type} ${proposal?.id}`;
    if (proposal) decisions.set(name, (decisions.get(name) ?? 0) + 1);
    return ticket && type.startsWith('ticket.') ? [{ seq, ticket, ...(handover && { handover }) }] : [];
  });
  const [proposals, loads, limits] = [await readProposals(db, scene), await readLoads(db), await readLimits(db, scene)];
  return { events, decisions, proposals, loads, limits };
}

async function readProposals(db: Database, { ticketIds }: Scene): Promise<Truth['proposals']> {
  type Row = { id: string; state: ProposalState; assignment_id: string | null; assignee_id: string };
  const byId = groupBy(await db.all<Row>(proposalsOf, [ticketIds]), ({ id }) => id);
  const decided = [...byId].map(([id, rows]): [string, Decided] => {
    const assignments = rows.flatMap((row) =>
      row.assignment_id === null ? [] : [{ id: row.assignment_id, assigneeId: row.assignee_id }],
    );
    return [id, { id, state: rows[0]?.state ?? 'STALE', assignments }];
  });
  return new Map(decided);
}

/** What everybody has, by the row and by what they hold. */
export async function readLoads(db: Database): Promise<Truth['loads']> {
  const rows = await db.all<{ user_id: string; workload: number; points: number }>(allLoads, []);
  return new Map(rows.map(({ user_id, ...load }) => [user_id, load]));
}

async function readLimits(db: Database, { holders, developerOf, began }: Scene): Promise<Truth['limits']> {
  const ids = holders.map(({ id }) => developerOf.get(id) ?? '');
  const lines = await db.all<{ entity_id: string; before: string; after: string }>(limitsSince, [ids, began]);
  const capacityIn = (fields: string) => (JSON.parse(fields) as { readonly capacity: number }).capacity;
  const limits = lines.map(({ entity_id: id, before, after }) => ({
    id,
    from: capacityIn(before),
    to: capacityIn(after),
  }));
  return groupBy(limits, ({ id }) => id);
}
