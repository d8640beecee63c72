import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { Dialect } from '../../db/dialect.js';
import type { Value } from '../../db/statement.js';
import { AppError } from '../../kernel/errors.js';
import { decodeCursor, momentOf } from '../keysetPage.js';
import { dueBlocksSql, type DueBlocks } from './dueBlocksSql.js';
import { EACH, wholeList, type Range } from './ticketRanges.js';
import type { Parameters } from './ticketScope.js';

interface SortColumn {
  readonly column: string;
  readonly type: 'string' | 'number';
  /** What PostgreSQL puts before and behind every value. */
  readonly ends: Readonly<Record<'asc' | 'desc', string>>;
  /** The row's value as a cursor holds it, and back as it is bound. */
  encode(value: unknown): string | number;
  bind(part: string | number): Value;
}

const moment = (column: string): SortColumn => ({
  column,
  type: 'string',
  ends: { asc: "'infinity'::timestamptz", desc: "'-infinity'::timestamptz" },
  encode: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  bind: momentOf,
});
const DAY = /^\d{4}-\d{2}-\d{2}$/;
export const sortColumns: Record<TicketSort['by'], SortColumn> = {
  updatedAt: moment('updated_at'),
  createdAt: moment('created_at'),
  priority: {
    column: 'priority_rank',
    type: 'number',
    ends: { asc: '32767::smallint', desc: '(-1)::smallint' },
    encode: (value) => Number(value),
    bind: (part) => part,
  },
  dueDate: {
    column: 'due_sort',
    type: 'string',
    ends: { asc: "'infinity'::date", desc: "'-infinity'::date" },
    encode: (value) => String(value),
    bind: (part) => {
      if (!DAY.test(String(part))) throw new AppError('BAD_INPUT', 'This cursor is not one of this list.');
      return part;
    },
  },
};

/** The row before a page: what the order goes by, as the names of its values. */
export interface Before {
  readonly value: string;
  readonly id: string;
}

/** @throws BAD_INPUT a cursor of another list. */
export function beforeOf(sort: TicketSort, cursor: string | undefined, parameters: Parameters): Before | null {
  const by = sortColumns[sort.by];
  const parts = decodeCursor(cursor, [by.type, 'string']);
  if (!parts) return null;
  const [value = '', id = ''] = parts;
  return { value: parameters.bind(by.bind(value)), id: parameters.bind(id) };
}

/** Rows after the cursor, by row value: one index range, however deep the page. */
const behindSql = ({ by, dir }: TicketSort, before: Before | null | undefined): readonly string[] =>
  before ? [`(t.${sortColumns[by].column}, t.id) ${dir === 'asc' ? '>' : '<'} (${before.value}, ${before.id})`] : [];

/** Looked up for each: PostgreSQL would prepare a join anew for each ticket, which takes longer. */
const nameOfAssignee = '(SELECT u.name FROM users u WHERE u.id = a.assignee_id)';

/**
 * What a list shows of a ticket `t`: its row, and as `held_by` who works on it, at the same moment. Whom nobody holds, the row says: PENDING
 * when nobody did yet, or no longer does. `IS TRUE`: by its index of statuses SQLite would go through all that are active, for each ticket.
 */
export const listedSql = (d: Dialect): string =>
  `t.*, CASE WHEN t.status <> 'CLOSED' AND t.assignment_state IN ('ASSIGNED', 'COMPLETED') THEN (
    SELECT ${d.jsonText(d.listsOf(['a.id', 'a.assignee_id', nameOfAssignee, 'a.is_primary'], 'a.assigned_at, a.id'))}
    FROM assignments a WHERE a.ticket_id = t.id AND (a.status = 'ACTIVE') IS TRUE) END AS held_by`;

/** What a list consists of. */
export interface ListParts {
  readonly from: string;
  /** What is gone through in its order, see {@link rangesOf}. Null: all of it is fetched and sorted. */
  readonly ranges: readonly Range[] | null;
  /** By what is due: looked for in these, behind a short walk through the ranges, on PostgreSQL. */
  readonly blocks?: DueBlocks | undefined;
  /**
   * The condition that keeps a range inside of what the actor may see. Of one project it names that alone: asked twice, it would count twice
   * in PostgreSQL's estimates. With `column`, which tells the project, it leads to no index.
   */
  readonly inside: (projectId: string | null, column?: string) => string;
  readonly where: readonly string[];
  readonly before?: Before | null;
  /** What is asked of a ticket's id alone, and is dear to begin with: last, and on SQLite once for all ranges of a walk. Binds what it names. */
  readonly last: (id: string) => readonly string[];
  readonly bind: (value: Value) => string;
}

const orderBy =
  ({ by, dir }: TicketSort) =>
  (alias: string): string =>
    `ORDER BY ${alias}.${sortColumns[by].column} ${dir}, ${alias}.id ${dir}`;

/**
 * The first tickets of many projects, on PostgreSQL: a page is of no more projects than it has rows, of those whose own first tickets come first,
 * and of nothing behind the last of these.
 */
function ofEachSql(
  { from, inside, where }: ListParts,
  { conditions }: Range,
  projects: string,
  sort: TicketSort,
  limit: number,
): string {
  const { column, ends } = sortColumns[sort.by];
  const order = orderBy(sort);
  // Of the project, once: of its tickets an index would look for all projects in each.
  const isInside = inside(null, EACH);
  const firstOf = (rows: number, bound: readonly string[] = []) =>
    `SELECT t.id, t.${column} FROM ${from} WHERE ${[`t.project_id = ${EACH}`, isInside, ...conditions, ...where, ...bound].join(' AND ')} ${order('t')} LIMIT ${rows}`;
  const last = (of: string, end: string) =>
    `coalesce(nth_value(x.${of}, ${limit}) OVER all_of_them, ${end}) AS last_${of}`;
  const bound = `(t.${column}, t.id) ${sort.dir === 'asc' ? '<=' : '>='} (e.last_${column}, e.last_id)`;
  return `SELECT x.id, x.${column} FROM (
      SELECT e.id, ${last(column, ends[sort.dir])}, ${last('id', sort.dir === 'asc' ? "'~'" : "''")}
      FROM unnest(${projects}::text[]) AS e (id) CROSS JOIN LATERAL (${firstOf(1)}) x
      WINDOW all_of_them AS (${order('x')} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ${order('x')} LIMIT ${limit}) e
    CROSS JOIN LATERAL (${firstOf(limit, [bound])}) x ${order('x')} LIMIT ${limit}`;
}

/**
 * The page in its order: a walk through one range, or one branch for each of several, merged no further than the page needs. Branches, and
 * what is sorted, carry no more than the order needs, and the page is looked up: PostgreSQL plans and sorts that in much less time, and SQLite
 * asks who works on a ticket of the page alone, whatever it has to sort.
 */
export function orderedSql(d: Dialect, parts: ListParts, sort: TicketSort, limit: number): string {
  return d.name === 'postgres' ? orderedOnPostgres(d, parts, sort, limit) : orderedOnSqlite(d, parts, sort, limit);
}

/** It merges branches row by row that are limited each. */
function orderedOnPostgres(d: Dialect, parts: ListParts, sort: TicketSort, limit: number): string {
  const { blocks, before } = parts;
  const ranges = parts.ranges ?? [wholeList];
  const all = { ...parts, where: [...parts.where, ...behindSql(sort, before), ...parts.last('t.id')] };
  const order = orderBy(sort);
  if (blocks) return lookedUpSql(d, walkedThenInBlocks(blocks, { ...parts, ranges }, sort, limit), order('t'));
  const first = (range: Range, columns: string) => `${rowsSql(all, range, columns)} ${order('t')} LIMIT ${limit}`;
  const [only] = ranges;
  if (parts.ranges && only && !only.ofEach && !only.from && ranges.length === 1) return first(only, listedSql(d));
  const branches = ranges.map((range) =>
    range.ofEach ? ofEachSql(all, range, parts.bind(range.ofEach), sort, limit) : first(range, neededSql(sort)),
  );
  const merged = branches.map((branch) => `(${branch})`).join(' UNION ALL ');
  // Of one priority a branch comes in the order of ids alone, and is merged by that: of both columns it would be sorted once more.
  const ranks = new Set(ranges.map(({ rank }) => rank));
  const inOrder = ranks.size === 1 && !ranks.has(undefined) ? `ORDER BY x.id ${sort.dir}` : order('x');
  return lookedUpSql(d, `SELECT * FROM (${merged}) x ${inOrder} LIMIT ${limit}`, order('t'));
}

/** So many pages are looked at. Where so few tickets of them meet the list, its page would not be found by a walk of so many. */
const [PAGES_LOOKED_AT, TOO_FEW, PAGES_WALKED] = [2, 3, 30];

/**
 * What is due before a day may come first in the order as well: a bulk change puts all that it changed into one block, which would be sorted
 * for a page that is met at once. So the list is walked through for a while first, and looked for in blocks behind that.
 */
function walkedThenInBlocks(
  blocks: DueBlocks,
  { ranges, last, before = null, bind, ...parts }: ListParts & { readonly ranges: readonly Range[] },
  sort: TicketSort,
  limit: number,
): string {
  const { dir } = sort;
  const { column } = sortColumns[sort.by];
  const order = orderBy(sort);
  const conditions = [...parts.where, ...last('t.id')];
  const projects = () => bind(blocks.projects);
  const inBlocks = (after: Before | null) => {
    const where = [parts.inside(null), ...conditions, ...behindSql(sort, after)];
    return dueBlocksSql(blocks, { dir, projects, where, after, limit });
  };
  // Each would be walked through from its first ticket on.
  if (ranges.some(({ ofEach }) => ofEach)) return inBlocks(before);
  const [few, many] = [limit * PAGES_LOOKED_AT, limit * PAGES_WALKED];
  const all = { ...parts, where: ['t.deleted_at IS NULL', ...behindSql(sort, before)] };
  const walk = (columns: string) => {
    const branches = ranges.map((range) => `(${rowsSql(all, range, columns)} ${order('t')} LIMIT ${many})`);
    return `SELECT * FROM (${branches.join(' UNION ALL ')}) x ${order('x')}`;
  };
  const asked = walk(`${neededSql(sort)}, (${conditions.join(' AND ')}) AS is_met`);
  const edge = { value: `(SELECT e.${column} FROM edge e)`, id: '(SELECT e.id FROM edge e)' };
  return `WITH steps AS MATERIALIZED (SELECT CASE WHEN count(*) FILTER (WHERE x.is_met) < ${TOO_FEW} THEN ${few} ELSE ${many} END AS n
      FROM (${asked} LIMIT ${few}) x),
    found AS MATERIALIZED (SELECT x.id, x.${column} FROM (${asked} LIMIT (SELECT n FROM steps)) x WHERE x.is_met ${order('x')} LIMIT ${limit}),
    edge AS MATERIALIZED (SELECT * FROM (${walk(neededSql(sort))} LIMIT 1 OFFSET (SELECT n - 1 FROM steps)) x WHERE (SELECT count(*) FROM found) < ${limit})
    SELECT * FROM (SELECT * FROM found UNION ALL SELECT * FROM (${inBlocks(edge)}) b WHERE EXISTS (SELECT 1 FROM edge)) x ${order('x')} LIMIT ${limit}`;
}

/** It merges branches row by row that are not. LIMIT -1: what comes out of it keeps its order, and is taken row by row. */
function orderedOnSqlite(d: Dialect, parts: ListParts, sort: TicketSort, limit: number): string {
  const all = { ...parts, where: [...parts.where, ...behindSql(sort, parts.before)] };
  const branches = (parts.ranges ?? [wholeList]).map((range) => rowsSql(all, range, neededSql(sort)));
  const merged = `${branches.join(' UNION ALL ')} ORDER BY ${sortColumns[sort.by].column} ${sort.dir}, id ${sort.dir}`;
  const last = parts.last('x.id');
  const page =
    last.length === 0
      ? `${merged} LIMIT ${limit}`
      : `SELECT * FROM (${merged} LIMIT -1) x WHERE ${last.join(' AND ')} LIMIT ${limit}`;
  return lookedUpSql(d, page, orderBy(sort)('t'));
}

const rowsSql = (
  { from, inside, where }: Pick<ListParts, 'from' | 'inside' | 'where'>,
  { projectId, conditions, from: few = from }: Range,
  columns: string,
): string => `SELECT ${columns} FROM ${few} WHERE ${[inside(projectId), ...conditions, ...where].join(' AND ')}`;
const neededSql = ({ by }: TicketSort): string =>
  `t.id AS id, t.${sortColumns[by].column} AS ${sortColumns[by].column}`;
const lookedUpSql = (d: Dialect, page: string, order: string): string =>
  `SELECT ${listedSql(d)} FROM (${page}) p CROSS JOIN tickets t WHERE t.id = p.id ${order}`;
