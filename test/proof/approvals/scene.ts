import type { Database } from '../../../server/db/database.js';
import { adHoc } from '../../../server/db/statement.js';
import { sendProposals } from '../../support/proposals.js';
import { isReply } from '../races/racers.js';
import { aTicket, first, type Ring } from '../races/rounds.js';
import type { Person } from '../stage/setUp.js';
import { markOf } from '../storm/writer.js';

export interface Proposal {
  readonly id: string;
  readonly ticketId: string;
  readonly assigneeId: string;
}
export interface Span {
  readonly id: string;
  readonly ticketId: string;
}

/** What is there when a round begins: nobody holds anything but the spans, and nobody else has room for anything. */
export interface Scene {
  readonly nth: number;
  readonly began: Date;
  /** The last event before it. */
  readonly seq: number;
  readonly holders: readonly Person[];
  readonly ticketIds: readonly string[];
  /** Given by hand before the round. */
  readonly spans: readonly Span[];
  readonly proposals: readonly Proposal[];
  /** By user. */
  readonly developerOf: ReadonlyMap<string, string>;
}

export const CAPACITY = 5;
const TICKETS = 24;
const [PROPOSED, HELD] = [18, 4];
const LARGEST_POINTS = 3;
/** Each so many rounds the proposals are the planner's own, which takes a second; else they are rows as it would write them. */
const PLANNED_EVERY = 50;

export async function setScene(ring: Ring, nth: number): Promise<Scene> {
  const { cast, db, random, racers } = ring;
  const began = new Date();
  const seq = await headOf(db, cast.hot);
  const drawn = cast.writers.map((person) => ({ person, at: random.next() })).toSorted((a, b) => a.at - b.at);
  const holders = drawn.slice(0, 1 + random.below(3)).map(({ person }) => person);
  const isPlanned = nth % PLANNED_EVERY === 0;
  await limitAll(db, holders, isPlanned ? TICKETS * LARGEST_POINTS : CAPACITY);
  const points = Array.from({ length: TICKETS }, () => 1 + random.below(LARGEST_POINTS));
  const made = await Promise.all(
    points.map((storyPoints, at) => aTicket(ring, `t${nth}-${at}`, { storyPoints, type: 'TASK' })),
  );
  const ticketIds = made.map(({ id }) => id);
  const spans = await Promise.all(
    ticketIds.slice(-HELD).map(async (ticketId, at): Promise<Span> => {
      const op = `held${nth}-${at}`;
      const input = { ticketId, assigneeId: random.pick(holders).id, reason: markOf(op) };
      const call = { op, verb: 'assign', path: 'assignments.assign', ticket: ticketId, input };
      const answer = await racers.call(first(cast), call);
      if (!isReply(answer)) throw new Error(`nothing held: ${answer.code}`);
      return { id: answer.reply.id, ticketId };
    }),
  );
  // Two of those that are held are proposed, too: to approve that is to take them away.
  const proposed = ticketIds.slice(HELD / 2).slice(-PROPOSED);
  const proposals = isPlanned ? await planned(ring, nth, ticketIds) : await written(ring, proposed, holders);
  await limitAll(db, holders, CAPACITY);
  return { nth, began, seq, holders, ticketIds, spans, proposals, developerOf: await developersIn(db) };
}

async function planned({ racers, cast }: Ring, nth: number, ticketIds: readonly string[]): Promise<Proposal[]> {
  const things = () => [
    { idle: true as const, beside: ticketIds.map((ticket) => ({ type: 'assignment.proposed' as const, ticket })) },
  ];
  // Which plan it is does not matter, and nobody waits for the best.
  const input = { projectId: cast.hot, filters: { ticketIds }, strategy: 'GREEDY' };
  const call = { op: `propose${nth}`, verb: 'propose', path: 'assignments.propose', ticket: null, input, things };
  const answer = await racers.call(first(cast), call);
  if (!isReply(answer)) throw new Error(`nothing planned: ${answer.code}`);
  const proposals = answer.reply.proposals ?? [];
  return proposals.map(({ id, ticketId, assigneeId }) => ({ id, ticketId, assigneeId }));
}

async function written({ db, cast, random }: Ring, ticketIds: readonly string[], holders: readonly Person[]) {
  const pairs = ticketIds.map((ticketId) => ({ ticketId, userId: random.pick(holders).id }));
  const open = await db.begin();
  const ids = await sendProposals(open, cast.hot, pairs, { at: new Date(), reason: 'Fits' });
  await open.commit();
  return pairs.map(({ ticketId, userId }, at): Proposal => ({ id: ids[at] ?? '', ticketId, assigneeId: userId }));
}

/** Whoever does not take part has no room, so that the planner thinks of those who do alone. */
async function limitAll(db: Database, holders: readonly Person[], capacity: number): Promise<void> {
  const sql = adHoc((d) => `UPDATE developers SET capacity = CASE WHEN ${d.anyOf('user_id', '$1')} THEN $2 ELSE 0 END`);
  await db.all(sql, [holders.map(({ id }) => id), capacity]);
}

async function headOf(db: Database, projectId: string): Promise<number> {
  const sql = 'SELECT event_seq FROM project_counters WHERE project_id = $1';
  const [row] = await db.all<{ event_seq: number }>(adHoc(sql), [projectId]);
  return row?.event_seq ?? 0;
}

async function developersIn(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.all<{ id: string; user_id: string }>(adHoc('SELECT id, user_id FROM developers'), []);
  return new Map(rows.map(({ id, user_id }) => [user_id, id]));
}
