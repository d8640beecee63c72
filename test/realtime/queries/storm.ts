import { isDeepStrictEqual } from 'node:util';
import { CreateSlaPolicyInput } from '../../../contract/sla.js';
import { randomFrom, type Random } from '../../../seeders/support/random.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import { AppError } from '../../../server/kernel/errors.js';
import type { QueryRequest } from '../../../server/realtime/queries/querySpec.js';
import type { TicketQueriesOptions } from '../../../server/realtime/queries/ticketQueries.js';
import type { Dialect } from '../../support/services.js';
import { aTicketWorld, type TicketWorld } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';
import { aHub } from '../liveWorld.js';
import { Changes } from './changes.js';
import { QueryTap } from './queryTap.js';
import { checkEveryCursor, wholeLog } from './everyCursor.js';
import { choicesOf, randomQuery, type Choices } from './randomTickets.js';
import { truth } from './truth.js';

export interface Storm {
  readonly dialect: Dialect;
  readonly seed: number;
  readonly filters: number;
  readonly changes: number;
  /** Changes between two comparisons of all readers with SQL. */
  readonly every: number;
  /** Commands at a time. */
  readonly writers: number;
  /** How long a reader may take to hold what SQL says. */
  readonly settleMs?: number;
  readonly compile?: TicketQueriesOptions['compile'];
  readonly onProgress?: (line: string) => void;
}
export interface StormReport {
  readonly changes: Readonly<Record<string, number>>;
  readonly compared: number;
  /** States that readers went through, each held against the log at its cursor. */
  readonly cursors: number;
  /** What did not fit, with the seed's own words for it. */
  readonly wrong: readonly string[];
}

interface Reader {
  readonly person: Person;
  tap: QueryTap;
  /** Those it had before the present one, for the check at every cursor; the latest only. */
  readonly earlier: QueryTap[];
}

/** Of the taps that a reader had before, this many are held against the log at every cursor. */
const earlierTaps = 3;

/** Random people change random tickets while random filters are followed; now and then all readers are compared with SQL. */
export async function runStorm(storm: Storm): Promise<StormReport> {
  const { dialect, seed, compile, settleMs = 10_000 } = storm;
  const random = randomFrom(seed);
  const world = await aTicketWorld(dialect, {
    hub: (parts) => aHub(parts, { ...(compile && { queries: { compile } }) }),
  });
  const choices = await choicesOf(world);
  const promised = { projectId: world.project.id, name: 'A promise', calendar: { timeZone: 'UTC' } };
  await createSlaPolicy(
    world.deps,
    world.lead,
    CreateSlaPolicyInput.parse({ ...promised, firstResponseMinutes: 60, resolveMinutes: 600 }),
  );
  const changes = new Changes(world, choices, random);
  for (let nth = 0; nth < 30; nth++) await changes.next();
  const readers = beginReaders(world, random, choices, storm.filters);
  const wrong: string[] = [];
  const sums = { compared: 0, cursors: 0 };
  for (let done = 0; done < storm.changes && wrong.length === 0; done += storm.every) {
    const lane = async () => {
      for (let nth = 0; nth < storm.every / storm.writers; nth++) await changes.next();
    };
    await Promise.all(Array.from({ length: storm.writers }, lane));
    for (const reader of readers) {
      const said = await compare(world, reader, settleMs);
      sums.compared++;
      if (said) wrong.push(said);
      else if (random.chance(0.2)) await reopen(world, random, reader);
    }
    storm.onProgress?.(`${done + storm.every} changes, ${sums.compared} comparisons, ${wrong.length} wrong`);
  }
  await Promise.all(readers.map(({ tap }) => tap.stop()));
  const log = await wholeLog(world.db, [world.project.id, world.foreign.id]);
  for (const { tap, person, earlier } of readers)
    for (const each of [...earlier, tap]) {
      const said = checkEveryCursor(each, person, log, world.project.id);
      sums.cursors += said.checked;
      if (said.wrong) wrong.push(said.wrong);
    }
  world.deps.hub.close();
  await world.close();
  return { changes: Object.fromEntries(changes.done), ...sums, wrong };
}

function beginReaders(world: TicketWorld, random: Random, choices: Choices, count: number): Reader[] {
  const { admin, lead, ann, cyd, customer, otherCustomer } = world;
  const moments = [0, 200, 1_000, 5_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const reader = (person: Person, asked: QueryRequest): Reader => ({
    person,
    tap: new QueryTap(world.deps.hub, person, asked),
    earlier: [],
  });
  // One follows all there is: whatever is matched wrongly is in its counts, whichever filters chance gave the others.
  const all: QueryRequest = { projectId: null, filter: {}, sort: { by: 'updatedAt', dir: 'desc' }, limit: 40 };
  const others = Array.from({ length: count - 1 }, () => {
    const person = random.pick([admin, lead, ann, cyd, cyd, customer, otherCustomer]);
    const projectId = random.chance(0.7) ? world.project.id : null;
    return reader(person, randomQuery(random, choices, moments, projectId));
  });
  return [reader(admin, all), ...others];
}

/** Breaks the connection of a reader and lets it come back, by cursor or anew. */
async function reopen(world: TicketWorld, random: Random, reader: Reader): Promise<void> {
  const { tap, person } = reader;
  await tap.stop();
  const { cursor, view } = tap;
  const held = random.chance(0.7) ? ([cursor, view] as const) : ([] as const);
  beginAgain(reader, new QueryTap(world.deps.hub, person, tap.asked, held[0], held[1]));
}

function beginAgain(reader: Reader, tap: QueryTap): void {
  reader.earlier.push(reader.tap);
  if (reader.earlier.length > earlierTaps) reader.earlier.shift();
  reader.tap = tap;
}

/** Null when the reader comes to hold what SQL says; else what it holds instead. */
async function compare(world: TicketWorld, reader: Reader, settleMs: number): Promise<string | null> {
  const { person } = reader;
  const { asked } = reader.tap;
  const deadline = performance.now() + settleMs;
  for (;;) {
    const expected = await truth(world.db, person, asked).catch((error: unknown) => error);
    if (expected instanceof AppError) {
      const { error } = reader.tap;
      if (error instanceof AppError && error.code === 'FORBIDDEN') return null;
    } else if (!(expected instanceof Error)) {
      // Whoever was sent away and let in again begins anew.
      if (reader.tap.error) beginAgain(reader, new QueryTap(world.deps.hub, person, asked));
      const { items, counts, isWhole } = reader.tap.view;
      if (isWhole && isDeepStrictEqual({ items, counts }, expected)) return secretsIn(person, reader.tap);
    }
    if (performance.now() > deadline)
      return `${person.name} ${JSON.stringify(asked)}\n holds ${brief(reader.tap)}\n SQL says ${JSON.stringify(expected)}`;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const brief = ({ view, error }: QueryTap): string =>
  error instanceof Error ? error.message : JSON.stringify({ items: view.items, counts: view.counts });

/** Customers never get what stays among staff, nor a ticket of somebody else, not even one that leaves. */
function secretsIn({ role, userId, name }: Person, tap: QueryTap): string | null {
  if (role !== 'CUSTOMER') return null;
  const { text } = tap;
  const foreign = [...text.matchAll(/"reporterId":"([^"]*)"/g)].some(([, reporterId]) => reporterId !== userId);
  return foreign || text.includes('of staff only') ? `${name} was told what is not theirs` : null;
}
