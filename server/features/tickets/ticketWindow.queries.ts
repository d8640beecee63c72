import type { QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket, TicketStatus } from '../../../contract/ticket.js';
import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { Database } from '../../db/database.js';
import type { Dialect } from '../../db/dialect.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { filterSql } from './ticketFilterSql.js';
import { orderedSql } from './ticketListSql.js';
import type { TicketFilter } from '../../../contract/ticketFilter.js';
import { Parameters, scopeSql, type TicketScope } from './ticketScope.js';
import { placeOf, presentListed, type ListedTicket } from './tickets.queries.js';

/** The top of a list as one moment shows it. */
export interface TicketWindow {
  readonly epoch: string;
  /** The last event of each of the scope's projects, in the order of `projects`, that is in these rows. */
  readonly seqs: readonly number[];
  /** As staff see them. */
  readonly rows: readonly Ticket[];
  /** Of all that match. */
  readonly counts: QueryCounts;
}
export interface WindowRequest {
  readonly scope: TicketScope;
  /** Whose reports `scope.customerOf` stands for; null when it is empty. */
  readonly customerId: string | null;
  /** All projects of the scope, in the order in which `seqs` are wanted. */
  readonly projects: readonly string[];
  readonly filter: TicketFilter;
  readonly sort: TicketSort;
  readonly rows: number;
}

export interface QueryReader {
  window(request: WindowRequest): Promise<TicketWindow>;
  /** The ids of all projects. */
  projects(): Promise<readonly string[]>;
}

const headsOf = statement(
  'window.heads',
  (d) => `SELECT i.epoch, c.project_id, c.event_seq FROM installation i
    LEFT JOIN project_counters c ON ${d.anyOf('c.project_id', '$1')}`,
);

const projectIds = statement('window.projects', 'SELECT id FROM projects');

/** What live queries read. */
export const queryReader = (db: Database): QueryReader => ({
  window: (request) => readWindow(db, request),
  projects: async () => (await db.all<{ id: string }>(projectIds, [])).map(({ id }) => id),
});

/** Rows, counts and the place in the log that they stand for, read at one moment that is not before this call. */
export const readWindow = (db: Database, request: WindowRequest): Promise<TicketWindow> =>
  db.forReading().snapshot(async (all) => {
    const heads = await all<{ epoch: string; project_id: string | null; event_seq: number }>(headsOf, [
      request.projects,
    ]);
    const seqOf = new Map(heads.map(({ project_id, event_seq }) => [project_id, event_seq]));
    const place = { epoch: heads[0]?.epoch ?? '', seqs: request.projects.map((id) => seqOf.get(id) ?? 0) };
    return { ...place, ...(await readRows(all, db.dialect, request)) };
  });

const noCounts = (): QueryCounts => ({
  total: 0,
  byStatus: { OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 },
  byAssignee: {},
});

async function readRows(
  all: RunStatement,
  dialect: Dialect,
  { scope, customerId, projects, filter, sort, rows }: WindowRequest,
): Promise<Pick<TicketWindow, 'rows' | 'counts'>> {
  const parameters = new Parameters();
  const asked = {
    text: filter.text,
    filter,
    sort,
    projects,
    reporterId: scope.staffOf.length === 0 ? customerId : null,
    areStaff: scope.customerOf.length === 0,
  };
  const place = projects.length === 0 ? null : await placeOf(all, dialect, asked, parameters);
  if (place === null) return { rows: [], counts: noCounts() };
  // In both statements, also where a range names its project: a value that a statement does not name has no type in PostgreSQL.
  const within = scopeSql(scope, { userId: customerId ?? '' }, dialect, parameters);
  const inside = (id: string | null, column?: string) =>
    id !== null ? `${within} AND t.project_id = ${parameters.bind(id)}` : column ? `(${within}) IS TRUE` : within;
  const where = [
    ...place.where,
    ...filterSql(place.rest, dialect, parameters),
    ...(filter.status ? [dialect.anyOf('t.status', parameters.bind(filter.status))] : []),
  ];
  const counts = place.asking(countsSql(place.from, [within, ...where, ...place.last('t.id')]));
  const found = await all<CountRow>(counts, [...parameters.values]);
  const { from, last, blocks } = place;
  const parts = { from, ranges: place.ranges(), blocks, inside, where, last, bind: parameters.bind.bind(parameters) };
  const top = place.asking(orderedSql(dialect, parts, sort, rows));
  const raws = await all<ListedTicket>(top, parameters.values);
  return { rows: raws.map(presentListed), counts: countsOf(found) };
}

interface CountRow {
  readonly status: TicketStatus;
  readonly assignee_id: string | null;
  readonly n: number | string;
}

const countsSql = (from: string, where: readonly string[]): string =>
  `SELECT t.status, t.assignee_id, count(*) AS n FROM ${from} WHERE ${where.join(' AND ')} GROUP BY t.status, t.assignee_id`;

function countsOf(found: readonly CountRow[]): QueryCounts {
  const counts = noCounts();
  for (const { status, assignee_id, n } of found) {
    counts.total += Number(n);
    counts.byStatus[status] += Number(n);
    if (assignee_id !== null) counts.byAssignee[assignee_id] = (counts.byAssignee[assignee_id] ?? 0) + Number(n);
  }
  return counts;
}
