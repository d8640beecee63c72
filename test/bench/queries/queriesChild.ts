import type { ProjectEvent } from '../../../contract/event.js';
import type { Ticket } from '../../../contract/ticket.js';
import { compareTickets } from '../../../contract/ticketOrder.js';
import { randomFrom } from '../../../seeders/support/random.js';
import type { AccessFacts } from '../../../server/features/auth/accessFacts.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import type { QueryReader, WindowRequest } from '../../../server/features/tickets/ticketWindow.queries.js';
import { createLogger } from '../../../server/kernel/logger.js';
import type { PersonAccess } from '../../../server/realtime/access.js';
import type { StreamListener } from '../../../server/realtime/entryStream.js';
import type { LogEntry, ProjectEntry } from '../../../server/realtime/eventLog.js';
import type { LiveStream } from '../../../server/realtime/liveStream.js';
import type { Sink } from '../../../server/realtime/sink.js';
import { Turns } from '../../../server/realtime/turns.js';
import { followQuery } from '../../../server/realtime/queries/queryFollower.js';
import { querySpec, type QueryRequest, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';
import { TicketQueries } from '../../../server/realtime/queries/ticketQueries.js';
import { answerCalls, exitOnSignal } from '../child.js';
import { collectGarbage } from '../garbage.js';
import { median, percentile } from '../statistics.js';
import { aPopulation, anAsk, aTicket, changed, projectId, type Population } from './population.js';

/** Live queries over tickets in memory: what a change costs them, without what the database does for it. */

exitOnSignal();

const scope = { staffOf: [projectId], customerOf: [], customerId: null };
const viewer = { userId: '00000001-0000-7000-8000-000000000001', sessionId: null };
const toReporter = {
  audience: 'REPORTER',
  reporterId: null,
  conversationId: null,
  membersOf: null,
  isWithdrawn: false,
} as const;
const facts: AccessFacts = {
  userId: viewer.userId,
  role: 'ADMIN',
  active: true,
  projects: new Map(),
  channels: new Map(),
  liveSessions: new Set(),
};

class Bed {
  private readonly random;
  private readonly people: Population;
  private readonly tickets: Ticket[];
  private readonly listeners: StreamListener<LogEntry>[] = [];
  private seq = 0;
  readonly queries: TicketQueries;

  constructor(seed: number, count: number) {
    this.random = randomFrom(seed);
    this.people = aPopulation(this.random);
    this.tickets = Array.from({ length: count }, (_, nth) => aTicket(this.random, this.people, nth));
    const ref = { kind: 'project', id: projectId };
    const stream = {
      ref,
      head: 0,
      generation: 0,
      opened: async () => {},
      attach: (listener: StreamListener<LogEntry>) => this.listeners.push(listener),
      detach: () => {},
    };
    const reader: QueryReader = { window: async (request) => this.window(request), projects: async () => [projectId] };
    const streams = { hold: () => stream as unknown as LiveStream, release: () => undefined };
    this.queries = new TicketQueries({ reader, streams, logger: createLogger('silent') });
  }

  /** So many questions, no two of them the same. */
  specs(count: number): QuerySpec[] {
    const made = new Map<string, QuerySpec>();
    while (made.size < count) {
      const spec = querySpec(anAsk(this.random, this.people), scope);
      made.set(spec.identity, spec);
    }
    return [...made.values()];
  }

  /** The next change as the log tells it. */
  next(
    which = this.random.below(this.tickets.length),
    into?: Partial<Ticket>,
  ): { entry: ProjectEntry; images: readonly Ticket[] } {
    const before = this.tickets[which];
    if (!before) throw new Error('no such ticket');
    const after = { ...changed(this.random, this.people, before, ++this.seq), ...into };
    this.tickets[which] = after;
    const fields = Object.keys(after) as (keyof Ticket)[];
    const changes = Object.fromEntries(
      fields
        .filter((field) => before[field] !== after[field])
        .map((field) => [field, { before: before[field], after: after[field] }]),
    );
    const { version, lastSeq, updatedAt, assignees } = before;
    const payload = { ticket: after, changes, previous: { version, lastSeq, updatedAt, assignees } };
    const event = {
      kind: 'event',
      seq: this.seq,
      type: 'ticket.updated',
      projectId,
      payload,
    } as unknown as ProjectEvent;
    return {
      entry: { seq: this.seq, bytes: 0, event, ...toReporter },
      images: [before, after],
    };
  }

  push(entry: ProjectEntry): void {
    for (const listener of this.listeners) void listener.push([entry]);
  }

  private window({ filter, sort, rows }: WindowRequest) {
    const matches = compileFilter(filter);
    const all = this.tickets.filter((ticket) => matches(ticket)).toSorted(compareTickets(sort));
    const counts = {
      total: all.length,
      byStatus: { OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 },
      byAssignee: {} as Record<string, number>,
    };
    for (const { status, assigneeId } of all) {
      counts.byStatus[status]++;
      if (assigneeId !== null) counts.byAssignee[assigneeId] = (counts.byAssignee[assigneeId] ?? 0) + 1;
    }
    return { epoch: '00000000-0000-4000-8000-000000000000', seqs: [this.seq], rows: all.slice(0, rows), counts };
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

const cpuSince = (begun: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(begun);
  return user + system;
};

export interface MatchingCost {
  readonly cpuUs: number;
  /** By the clock, so whatever else the machine does is in it. */
  readonly p99Us: number;
  /** The same changes, with every query asked. */
  readonly linearUs: number;
  /** Queries that a change concerns. */
  readonly concerned: number;
  readonly bytesPerFilter: number;
}

interface MatchingOrder {
  readonly seed: number;
  readonly tickets: number;
  readonly filters: number;
  readonly changes: number;
}

async function matching({ seed, tickets, filters, changes }: MatchingOrder): Promise<MatchingCost> {
  const bed = new Bed(seed, tickets);
  const specs = bed.specs(filters);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const queries = specs.map((spec) => bed.queries.hold(spec));
  while (!queries.every((query) => query.isKnown)) await settled();
  await settled();
  collectGarbage();
  const bytesPerFilter = (process.memoryUsage().heapUsed - before) / filters;
  // What is measured is compiled code.
  for (let nth = 0; nth < changes; nth++) bed.push(bed.next().entry);
  await settled();
  const walls: number[] = [];
  const seen: (readonly Ticket[])[] = [];
  let cpuUs = 0;
  for (let nth = 0; nth < changes; nth++) {
    const { entry, images } = bed.next();
    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    bed.push(entry);
    cpuUs += cpuSince(cpu);
    walls.push(1_000 * (performance.now() - begun));
    seen.push(images);
    // A query that must be read again does so meanwhile, as in the server.
    if (nth % 20 === 0) await settled();
  }
  const matchers = specs.map(({ filter }) => compileFilter(filter));
  let concerned = 0;
  const sample = seen.slice(0, Math.max(20, Math.floor(200_000 / filters)));
  const begun = process.cpuUsage();
  for (const images of sample) for (const matches of matchers) if (images.some(matches)) concerned++;
  const linearUs = cpuSince(begun) / sample.length;
  bed.queries.close();
  return {
    cpuUs: cpuUs / changes,
    p99Us: percentile(walls, 0.99),
    linearUs,
    concerned: concerned / sample.length,
    bytesPerFilter,
  };
}

/** Microseconds of processor time that one change costs with so many readers of the one query that it concerns. */
async function sharing({ seed, followers, changes }: { seed: number; followers: number; changes: number }) {
  const bed = new Bed(seed, 2_000);
  const asked: QueryRequest = {
    projectId,
    filter: { status: ['OPEN', 'REVIEW'] },
    sort: { by: 'updatedAt', dir: 'desc' },
    limit: 50,
  };
  const access = { facts, settle: async () => {}, onChange: new Set() } as unknown as PersonAccess;
  const received = { items: 0 };
  const sink: Sink = {
    isBuffered: true,
    isFull: false,
    waitingBytes: 0,
    onDrain: () => undefined,
    discardQueue: () => undefined,
    write: () => void received.items++,
    end: () => undefined,
  };
  const source = {
    queries: bed.queries,
    turns: new Turns(),
    join: () => ({ access, leave: () => undefined }),
    demand: () => undefined,
    began: () => () => undefined,
    delivered: () => undefined,
  };
  const follow = followQuery(asked, { viewer, lastEventId: undefined }, source);
  const reading = Array.from({ length: followers }, () => follow(sink));
  while (received.items < followers) await settled();
  const costs: number[] = [];
  for (let nth = 0; nth < changes; nth++) {
    const { entry } = bed.next(nth % 50, { status: nth % 2 ? 'OPEN' : 'REVIEW' });
    const goal = received.items + followers;
    const begun = process.cpuUsage();
    bed.push(entry);
    while (received.items < goal) await settled();
    costs.push(cpuSince(begun));
  }
  for (const following of reading) following.stop();
  bed.queries.close();
  return median(costs);
}

answerCalls({ matching, sharing });
