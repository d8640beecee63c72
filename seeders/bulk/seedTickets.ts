import type { TicketStatus } from '../../contract/ticket.js';
import type { Database } from '../../server/db/database.js';
import { statement, type RunStatement } from '../../server/db/statement.js';
import { StatMoves } from '../../server/features/stats/ticketStats.js';
import type { Clock } from '../../server/kernel/clock.js';
import { AppError } from '../../server/kernel/errors.js';
import { loadWorld, type World, type WorldProject } from '../support/world.js';
import { holdReferences } from './references.js';
import { BulkRows } from './bulkRows.js';
import { bulkTicket, eventCount, MOST_TICKETS, type BulkTicket } from './bulkTicket.js';

export interface BulkOptions {
  /** How many generated tickets of this seed there are to be in the end; those that are there already are kept. */
  readonly tickets: number;
  readonly seed: number;
  readonly progress: (done: number) => void;
}
export interface BulkOutcome {
  readonly made: number;
  readonly existing: number;
}
export interface BulkDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** One transaction: long enough to be cheap, short enough that nobody waits for a project's counters for long. */
const BATCH = 1_000;

/**
 * Fills the demo's projects with generated tickets, in sets of {@link BATCH}: rows, history, events, numbers and search index as
 * the commands would have made them, without telling anybody. The same seed gives the same tickets, whatever the total, so
 * a run that was cut short is continued by the next.
 * @throws DUPLICATE somebody else is generating the same tickets.
 */
export async function seedTickets(deps: BulkDeps, { tickets, seed, progress }: BulkOptions): Promise<BulkOutcome> {
  if (tickets > MOST_TICKETS) throw new AppError('BAD_INPUT', `At most ${MOST_TICKETS} tickets can be generated.`);
  const world = await loadWorld(deps.db.all);
  const shares = await Promise.all(
    world.projects.map(async (project) => {
      const maker = (nth: number) => bulkTicket(world, project, seed, placeOf(project, nth));
      const share = shareOf(project, tickets);
      return { project, maker, share, existing: await countExisting(deps.db, maker, share) };
    }),
  );
  const existing = shares.reduce((sum, each) => sum + each.existing, 0);
  let made = 0;
  // Projects fill side by side: while the database writes for one, the rows of the next are made.
  await Promise.all(
    shares.map(async ({ project, maker, share, existing: first }) => {
      for (let done = first; done < share; done += BATCH) {
        const from = done;
        const batch = Array.from({ length: Math.min(BATCH, share - from) }, (_, nth) => maker(from + nth));
        await writeBatch(deps, world, project, batch);
        made += batch.length;
        progress(existing + made);
      }
    }),
  );
  return { made, existing };
}

/** How many of the first tickets are there: they were made in order, so one of them tells of all before it. */
async function countExisting({ all }: Database, maker: (nth: number) => BulkTicket, share: number): Promise<number> {
  let [low, high] = [0, share];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await all(findTicket, [maker(middle).row.id]);
    if (found.length > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of each ten tickets in a row, which belong to the project. */
const placesInTen: Readonly<Record<WorldProject['key'], readonly number[]>> = {
  SUP: [0, 2, 4, 6, 8],
  WEB: [1, 5, 9],
  OPS: [3, 7],
};
const shareOf = ({ key }: WorldProject, tickets: number): number =>
  Math.floor(tickets / 10) * placesInTen[key].length + placesInTen[key].filter((place) => place < tickets % 10).length;

function placeOf({ key }: WorldProject, nth: number): number {
  const places = placesInTen[key];
  return Math.floor(nth / places.length) * 10 + (places[nth % places.length] ?? 0);
}

const takeNumbers = statement(
  'bulk.numbers',
  `UPDATE project_counters SET event_seq = event_seq + $2, ticket_no = ticket_no + $3, n_open = n_open + $4,
     n_in_progress = n_in_progress + $5, n_review = n_review + $6, n_resolved = n_resolved + $7, n_closed = n_closed + $8
   WHERE project_id = $1 RETURNING event_seq, ticket_no`,
);
const addWorkload = statement(
  'bulk.workload',
  'UPDATE developers SET current_workload = current_workload + $2, updated_at = $3 WHERE user_id = $1',
);
const lastDoc = statement('bulk.lastDoc', 'SELECT coalesce(max(doc), 0) AS doc FROM ticket_search');
const findTicket = statement('bulk.find', 'SELECT id FROM tickets WHERE id = $1');

async function writeBatch(
  { db, clock }: BulkDeps,
  world: World,
  project: WorldProject,
  tickets: readonly BulkTicket[],
): Promise<void> {
  await db.sequelize.transaction(async (transaction) => {
    const all = db.on(transaction);
    await holdReferences(all, db, world);
    await moveWorkloads(all, tickets, clock.now());
    const rows = new BulkRows(db.dialect.name, await nextDoc(all, db));
    await number(all, project, tickets, rows);
    for (const set of rows.sets) await set.write(db, transaction);
  });
}

async function nextDoc(all: RunStatement, db: Database): Promise<number> {
  if (db.dialect.name === 'postgres') return 0;
  const [row] = await all<{ doc: number }>(lastDoc, []);
  return (row?.doc ?? 0) + 1;
}

/** In the order of the people's ids, before the counters: the order that commands lock in. */
async function moveWorkloads(all: RunStatement, tickets: readonly BulkTicket[], at: Date): Promise<void> {
  const points = new Map<string, number>();
  for (const { row, finished } of tickets) {
    const { assigneeId, storyPoints } = row;
    if (assigneeId !== null && storyPoints !== null && !finished)
      points.set(assigneeId, (points.get(assigneeId) ?? 0) + storyPoints);
  }
  for (const userId of [...points.keys()].toSorted()) await all(addWorkload, [userId, points.get(userId) ?? 0, at]);
}

async function number(
  all: RunStatement,
  project: WorldProject,
  tickets: readonly BulkTicket[],
  rows: BulkRows,
): Promise<void> {
  const events = tickets.reduce((sum, ticket) => sum + eventCount(ticket), 0);
  const columns: Record<TicketStatus, number> = { OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 };
  for (const { row, finished } of tickets) columns[(finished?.row ?? row).status]++;
  const take = [project.id, events, tickets.length, ...Object.values(columns)];
  const [taken] = await all<{ event_seq: number; ticket_no: number }>(takeNumbers, take);
  if (!taken) throw new AppError('NOT_FOUND', `The project ${project.key} has no counters.`);
  await moveStatistics(all, tickets);
  let seq = taken.event_seq - events + 1;
  let ticketNumber = taken.ticket_no - tickets.length + 1;
  for (const ticket of tickets) {
    rows.add(ticket, { number: ticketNumber++, seq });
    seq += eventCount(ticket);
  }
}

/** Under the lock of the counters, as commands do. */
async function moveStatistics(all: RunStatement, tickets: readonly BulkTicket[]): Promise<void> {
  const moves = new StatMoves();
  for (const { row, finished } of tickets) moves.add(finished?.row ?? row, [], 1);
  const writes: (() => Promise<unknown>)[] = [];
  moves.send({ send: (asked, values) => void writes.push(() => all(asked, values)) });
  for (const write of writes) await write();
}
