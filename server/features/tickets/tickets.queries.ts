import type { Page } from '../../../contract/text.js';
import {
  ticketStatuses,
  type Assignee,
  type Ticket as Presented,
  type TicketStatus,
} from '../../../contract/ticket.js';
import type { ListTicketsInput, TicketSort } from '../../../contract/ticketInputs.js';
import type { Database } from '../../db/database.js';
import type { Dialect } from '../../db/dialect.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Ticket } from '../../db/models/Ticket.js';
import { parseSearch } from '../../db/searchIndex.js';
import { commonness, hitsSql, holdsSql, spelledSql, walkSql, type Bind, type Search } from '../../db/searchSql.js';
import { adHoc, recurring, type RunStatement, type Statement, type Value } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { dueBlocksOf, isOnlyDue, type DueBlocks } from './dueBlocksSql.js';
import { fewTickets, type Narrowing } from './fewTickets.js';
import { filterSql, type Filter, type TaskFilter } from './ticketFilterSql.js';
import { hasSlaRanges, slaRanges } from './slaRanges.js';
import { beforeOf, orderedSql, sortColumns } from './ticketListSql.js';
import { rangesOf, type Apart, type Range } from './ticketRanges.js';
import {
  asksAmongStaff,
  Parameters,
  scopeIn,
  scopeSql,
  ticketScope,
  type AskedAmongStaff,
  type TicketScope,
} from './ticketScope.js';
import { forCustomer, presentTicket } from './tickets.present.js';

/** A row of {@link listedSql}. */
export interface ListedTicket {
  readonly id: string;
  readonly updated_at: Date | string;
  readonly held_by: string | null;
}
type Holder = [id: string, assigneeId: string, name: string, isPrimary: boolean | number];

/** As staff see it. */
export function presentListed(row: ListedTicket): Presented {
  const holders = row.held_by === null ? [] : (JSON.parse(row.held_by) as Holder[]);
  const assignees = holders.map(([assignmentId, userId, name, isPrimary]): Assignee => ({
    assignmentId,
    userId,
    name,
    isPrimary: Boolean(isPrimary),
  }));
  return presentTicket(decodeRow(Ticket, row), assignees);
}

/** As the actor may see it: staff whole, customers without what stays among staff. */
export function presentIn({ staffOf }: TicketScope): (row: ListedTicket) => Presented {
  const projects = new Set(staffOf);
  return (row) => {
    const ticket = presentListed(row);
    return projects.has(ticket.projectId) ? ticket : forCustomer(ticket);
  };
}

/** Where a filter may look. */
export async function filterScope(
  db: Database,
  actor: Actor,
  filter: Pick<ListTicketsInput, 'projectId'> & AskedAmongStaff,
): Promise<TicketScope> {
  const scope = await ticketScope(db.all, actor, filter.projectId);
  return asksAmongStaff(filter) ? { ...scope, customerOf: [] } : scope;
}

const nothing: Page<Presented> = { items: [], nextCursor: null };

/**
 * Tickets the actor may see, deleted ones left out, by keyset.
 * @throws NOT_FOUND not inside `projectId`; BAD_INPUT a foreign cursor.
 */
export async function listTickets(
  db: Database,
  actor: Actor,
  input: ListTicketsInput & TaskFilter,
): Promise<Page<Presented>> {
  const scope = await filterScope(db, actor, input);
  const projects = [...scope.staffOf, ...scope.customerOf];
  if (projects.length === 0) return nothing;
  const parameters = new Parameters();
  const reporterId = scope.staffOf.length === 0 ? actor.userId : null;
  const isOnlyListed = true as const;
  const areStaff = scope.customerOf.length === 0;
  const asked = { text: input.text, filter: input, sort: input.sort, projects, reporterId, areStaff, isOnlyListed };
  const place = await placeOf(db.all, db.dialect, asked, parameters);
  if (place === null) return nothing;
  const where = [
    ...place.where,
    ...filterSql(
      place.isWalk && !place.blocks ? beyondRanges(place.rest, input.sort) : place.rest,
      db.dialect,
      parameters,
      place.isWalk,
    ),
  ];
  const before = beforeOf(input.sort, input.cursor, parameters);
  const inside = (id: string | null, column?: string) =>
    scopeSql(scopeIn(scope, id), actor, db.dialect, parameters, column);
  const ranges = place.ranges();
  const bind = parameters.bind.bind(parameters);
  const parts = { from: place.from, ranges, blocks: place.blocks, inside, where, before, last: place.last, bind };
  const text = orderedSql(db.dialect, parts, input.sort, input.limit + 1);
  const rows = await db.all<ListedTicket>(place.asking(text), parameters.values);
  const by = sortColumns[input.sort.by];
  return toPage(
    rows,
    input.limit,
    (raw) => [by.encode((raw as unknown as Record<string, unknown>)[by.column]), raw.id],
    presentIn(scope),
  );
}

/** Where the rows of a list come from. */
interface ListPlace {
  readonly from: string;
  readonly where: readonly string[];
  /** See {@link ListParts.last}. */
  readonly last: (id: string) => readonly string[];
  /** What of the filter is to be asked of each. */
  readonly rest: Filter;
  /** Whether the list is gone through in its order. */
  readonly isWalk: boolean;
  /** What is gone through in its order, see {@link orderedSql}. Binds what it names: ask once, for the statement that uses it. */
  readonly ranges: () => readonly Range[] | null;
  /** See {@link ListParts.blocks}. */
  readonly blocks?: DueBlocks;
  /**
   * Prepared, unless words are looked for that are not among the most common: how it is best done hangs on how common they are. A walk is
   * planned once, since its conditions lead nowhere, and its branches take longer to plan than to do.
   */
  readonly asking: (sql: string) => Statement;
}
interface PlaceAsked extends Narrowing {
  readonly text: string | undefined;
  /** Whether all that the projects have may be seen. */
  readonly areStaff: boolean;
  /** Nothing is counted there. */
  readonly isOnlyListed?: true;
}

const none = () => [];
const prepared = (isPlannedOnce: boolean) => (sql: string) => recurring(sql, isPlannedOnce);
/** All of it is fetched. */
const whole = { isWalk: false, ranges: () => null };
/** Of all tickets, and planned once. */
const walkedOnce = { from: 'tickets t', where: [], last: none, isWalk: true, asking: prepared(true) };

/** The same words at the same place, however often they are named: of a value that a statement does not name PostgreSQL knows no type. */
function boundOnce(bind: Bind): Bind {
  const places = new Map<Value, string>();
  return (value) => {
    const place = places.get(value) ?? bind(value);
    places.set(value, place);
    return place;
  };
}

/** The tickets of these projects and statuses, or those of them that a text finds; null when the text holds nothing to look for. */
export async function placeOf(
  all: RunStatement,
  dialect: Dialect,
  { text, areStaff, isOnlyListed, ...asked }: PlaceAsked,
  parameters: Parameters,
): Promise<ListPlace | null> {
  const rest = asked.filter;
  const { status } = rest;
  const bind = parameters.bind.bind(parameters);
  const ranges = () => rangesOf(apart(asked), dialect, parameters);
  const isWanted = () => (status ? [dialect.anyOf('t.status', bind(status))] : []);
  const search = text === undefined ? null : { terms: parseSearch(text), projectIds: asked.projects };
  if (search?.terms.length === 0) return null;
  const common = search && (await commonness(all, dialect, search));
  if (search && common === 'few') {
    const { from, where } = hitsSql(dialect, search, 'any', bind);
    return { ...whole, from, where: [...where, ...isWanted()], last: none, rest, asking: adHoc };
  }
  const bindOnce = boundOnce(bind);
  // To count them it is quicker to collect them once.
  const areSpelled = dialect.name === 'sqlite' && common === 'many' && isOnlyListed;
  const holdsIn = (id: string) => (of: Search) =>
    areSpelled ? spelledSql(of, id, bindOnce) : holdsSql(dialect, of, 'any', id, bindOnce);
  const holds = (id: string) => (search ? [holdsIn(id)(search)] : []);
  const blocks = search || !areStaff ? null : dueBlocksOf(dialect, { ...asked, statuses: statusesOf(rest) });
  const walk = { ...walkedOnce, rest, ranges };
  const inBlocks = blocks && { ...walk, blocks };
  if (inBlocks && isOnlyDue(rest)) return inBlocks;
  const isBySla = isOnlyListed && !search && hasSlaRanges(asked, statusesOf(rest));
  const counted = isBySla ? { ...rest, sla: undefined } : rest;
  const few = await fewTickets(all, dialect, { ...asked, filter: counted });
  if (few) {
    const { isPlannedOnce, ...found } = few(bind);
    const place = isBySla ? { ...found, rest: { ...found.rest, sla: rest.sla } } : found;
    const where = [...place.where, ...isWanted()];
    return { ...whole, ...place, where, last: holds, asking: prepared(isPlannedOnce) };
  }
  if (inBlocks && isOnlyListed) return inBlocks;
  const bySla = isBySla ? await slaRanges(all, dialect, asked, statusesOf(rest)) : null;
  if (bySla) return { ...walk, rest: counted, ranges: () => bySla(bind) };
  // The most common words are met soon, wherever the list begins.
  const isOneByOne = !search || dialect.name === 'sqlite' || (common === 'many' && isOnlyListed);
  const asking = common === 'some' ? adHoc : prepared(true);
  if (isOneByOne) return { ...walk, last: holds, asking };
  return { ...walk, ...walkSql(search, 'any', bind), asking: adHoc };
}

/** What the ranges of a walk leave to be asked of each ticket. Asked twice, it would count twice in PostgreSQL's estimates. */
const beyondRanges = (filter: Filter, { by }: TicketSort): Filter =>
  by === 'priority' ? { ...filter, priority: undefined } : filter;

/** Those that tickets of the filter can have. Nobody holds a closed ticket: most are, and would be walked through in vain. */
function statusesOf({ status, assigneeId }: Filter): readonly TicketStatus[] {
  const all: readonly TicketStatus[] = [...new Set(status ?? ticketStatuses)];
  const held = assigneeId === undefined ? all : all.filter((one) => one !== 'CLOSED');
  return held.length > 0 ? held : all;
}

/** How a list is taken apart: for the latest changes there is an index by project alone, for each order one by project and status. */
function apart({ filter, sort, projects, reporterId }: Narrowing): Apart {
  const { status, assigneeId, priority } = filter;
  const isWhole = sort.by === 'updatedAt' && status === undefined && assigneeId === undefined;
  return {
    projects,
    statuses: isWhole ? [] : statusesOf(filter),
    priorities: sort.by === 'priority' ? priority : undefined,
    assigneeId,
    isOfReporter: reporterId !== null && sort.by === 'updatedAt',
  };
}
