import { isDeepStrictEqual } from 'node:util';
import type { Ticket } from '../../../contract/ticket.js';
import { compareTickets } from '../../../contract/ticketOrder.js';
import type { ProjectRole } from '../../../contract/project.js';
import type { Database } from '../../../server/db/database.js';
import type { AccessFacts } from '../../../server/features/auth/accessFacts.js';
import { asksAmongStaff } from '../../../server/features/tickets/ticketScope.js';
import { EventLog, type LogEntry } from '../../../server/realtime/eventLog.js';
import { parseQueryCursor } from '../../../server/realtime/queries/queryCursor.js';
import { queryScope } from '../../../server/realtime/queries/queryScope.js';
import { querySpec, viewerOf, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';
import type { Person } from '../../support/world.js';
import { matcherOf } from './matcher.js';
import type { QueryTap } from './queryTap.js';
import { countsOf } from './truth.js';

type Log = ReadonlyMap<string, readonly LogEntry[]>;

/** All events of these projects. */
export async function wholeLog(db: Database, projectIds: readonly string[]): Promise<Log> {
  const log = new EventLog(db);
  const whole = new Map<string, readonly LogEntry[]>();
  for (const id of projectIds) whole.set(id, await log.page({ kind: 'project', id }, 0, 10_000_000, 10_000_000));
  return whole;
}

/** What a person can have asked, whatever they were in the project at the time. */
function possibleSpecs({ asked }: QueryTap, { userId, role }: Person, log: Log, projectId: string): QuerySpec[] {
  const standings: (ProjectRole | null)[] = [null, 'MEMBER', 'CUSTOMER'];
  return standings.map((standing) => {
    const projects = new Map(standing ? [[projectId, standing]] : []);
    const facts: AccessFacts = { userId, role, active: true, projects, channels: new Map(), liveSessions: new Set() };
    return querySpec(asked, queryScope(facts, asked.projectId, [...log.keys()], asksAmongStaff(asked.filter)));
  });
}

/** The rows as the log tells them, taken forward from place to place. */
class Replay {
  readonly tickets = new Map<string, Ticket>();
  private readonly at = new Map<string, number>();

  constructor(
    private readonly log: Log,
    readonly spec: QuerySpec,
  ) {}

  to(seqs: readonly number[]): void {
    this.spec.projects.forEach((projectId, slot) => {
      const [from, to] = [this.at.get(projectId) ?? 0, seqs[slot] ?? 0];
      if (to < from) throw new Error(`back from ${from} to ${to}`);
      for (const { event } of this.log.get(projectId)?.slice(from, to) ?? [])
        if ('ticket' in event.payload) {
          const { ticket } = event.payload as { ticket: Ticket };
          this.tickets.set(ticket.id, ticket);
        }
      this.at.set(projectId, to);
    });
  }
}

/** Holds each state that a reader went through against the log at its cursor. Answers what did not fit, and how many did. */
export function checkEveryCursor(tap: QueryTap, person: Person, log: Log, projectId: string) {
  const specs = possibleSpecs(tap, person, log, projectId);
  let replay: Replay | null = null;
  let checked = 0;
  for (const { cursor, view } of tap.views()) {
    const { hash, seqs } = parseQueryCursor(cursor) ?? { hash: '', seqs: [] };
    const spec = specs.find((possible) => possible.hash === hash);
    if (!spec) return { checked, wrong: `a cursor of no query that ${person.name} can have asked` };
    if (replay?.spec !== spec) replay = new Replay(log, spec);
    replay.to(seqs);
    const all = [...replay.tickets.values()].filter(matcherOf(spec)).toSorted(compareTickets(spec.sort));
    const expected = { items: all.slice(0, spec.limit).map(viewerOf(spec)), counts: countsOf(all) };
    if (!isDeepStrictEqual({ items: view.items, counts: view.counts }, expected))
      return { checked, wrong: `${person.name} at ${cursor}: ${JSON.stringify({ spec, view, expected })}` };
    checked++;
  }
  return { checked, wrong: null };
}
