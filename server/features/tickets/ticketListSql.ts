import { tagKey } from '../../../contract/tagKey.js';
import { priorities as everyPriority, slaKinds } from '../../../contract/enums.js';
import type { Priority, TicketStatus } from '../../../contract/ticket.js';
import type { ListTicketsInput, TicketSort } from '../../../contract/ticketInputs.js';
import type { SlaClock } from '../../../contract/ticketSla.js';
import type { Dialect } from '../../db/dialect.js';
import { json, type Value } from '../../db/statement.js';
import { AppError } from '../../kernel/errors.js';
import { decodeCursor } from '../keysetPage.js';
import { momentOf } from './cursorMoment.js';
import type { Parameters } from './ticketScope.js';

/** What tasks are asked for besides. */
export interface TaskFilter {
  readonly createdBy?: string | undefined;
  readonly parentId?: string | undefined;
}
/** What is asked of each ticket of a list, but for the text. */
export type Filter = Omit<ListTicketsInput, 'sort' | 'limit' | 'cursor' | 'text'> & TaskFilter;

/** @throws BAD_INPUT the filter asks for what cannot be. */
export function demandSense(filter: Pick<Filter, 'unassigned' | 'assigneeId'>): void {
  if (filter.unassigned && filter.assigneeId !== undefined)
    throw new AppError('BAD_INPUT', 'Ask for unassigned tickets or for those of one assignee.', {
      field: 'unassigned',
    });
}

/**
 * A filter as conditions on alias `t`; `status` is not among them, lists branch by it. In a `walk` through a list in its order they are so
 * put that none leads to an index of its own: many tickets are known to meet each.
 */
export function filterSql(filter: Filter, d: Dialect, parameters: Parameters, walk = false): string[] {
  const equal = (column: string, value: Value | undefined) => {
    if (value === undefined) return [];
    const condition = `t.${column} = ${parameters.bind(value)}`;
    return [walk ? `(${condition}) IS TRUE` : condition];
  };
  const any = (column: string, values: readonly string[] | undefined) =>
    values === undefined ? [] : [d.anyOf(`t.${column}`, parameters.bind(values))];
  demandSense(filter);
  return [
    't.deleted_at IS NULL',
    ...any('type', filter.type),
    ...any('priority', filter.priority),
    ...any('category', filter.category),
    ...equal('assignee_id', filter.assigneeId),
    ...(filter.unassigned === undefined ? [] : [`t.assignee_id IS ${filter.unassigned ? '' : 'NOT '}NULL`]),
    ...equal('reporter_id', filter.reporterId),
    ...equal('created_by', filter.createdBy),
    ...equal('parent_id', filter.parentId),
    ...equal('department_id', filter.departmentId),
    ...equal('required_skill_id', filter.requiredSkill),
    ...(filter.tag === undefined ? [] : [taggedSql(`g.name_key = ${parameters.bind(tagKey(filter.tag))}`)]),
    ...(filter.dueBefore === undefined ? [] : [`t.due_sort < ${parameters.bind(filter.dueBefore)}`]),
    ...(filter.updatedAfter === undefined ? [] : [`t.updated_at > ${parameters.bind(new Date(filter.updatedAfter))}`]),
    ...Object.entries(filter.customFields ?? {}).map(([key, value]) =>
      d.jsonHas('t.custom_fields', key, parameters.bind(json(value))),
    ),
    ...(filter.sla === undefined ? [] : [slaSql(d, parameters.bind(filter.sla))]),
  ];
}

/** Asked of each ticket: of a common tag no list of all that carry it is made first. */
export const taggedSql = (isTag: string): string =>
  `EXISTS (SELECT 1 FROM ticket_tags x WHERE x.ticket_id = t.id AND x.tag_id IN (SELECT g.id FROM tags g WHERE ${isTag}))`;

/** By the row alone, as `slaStateOf` is by the image alone. */
export const slaSql = (d: Dialect, states: string): string =>
  `t.sla IS NOT NULL AND (${slaKinds.map((kind) => d.anyOf(slaStateSql(d, kind), states)).join(' OR ')})`;

/** `slaStateOf` of one of the ticket's clocks; null: it has none. */
function slaStateSql(d: Dialect, kind: (typeof slaKinds)[number]): string {
  const field = (name: keyof SlaClock) => d.jsonField('t.sla', kind, name);
  const [stopped, paused] = [field('stoppedAt'), field('pausedAt')];
  const moment = (expression: string) => d.cast(expression, 'DATE');
  return `CASE WHEN ${field('dueAt')} IS NULL THEN NULL
    WHEN ${field('breachedAt')} IS NOT NULL OR ${moment(field('dueAt'))} < ${moment(`coalesce(${stopped}, ${paused})`)} THEN 'BREACHED'
    WHEN ${stopped} IS NOT NULL THEN 'MET' WHEN ${paused} IS NOT NULL THEN 'PAUSED'
    WHEN ${field('warnedAt')} IS NOT NULL THEN 'WARNED' ELSE 'RUNNING' END`;
}

interface SortColumn {
  readonly column: string;
  readonly type: 'string' | 'number';
  /** The row's value as a cursor holds it, and back as it is bound. */
  encode(value: unknown): string | number;
  bind(part: string | number): Value;
}

const moment = (column: string): SortColumn => ({
  column,
  type: 'string',
  encode: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  bind: momentOf,
});
const DAY = /^\d{4}-\d{2}-\d{2}$/;
export const sortColumns: Record<TicketSort['by'], SortColumn> = {
  updatedAt: moment('updated_at'),
  createdAt: moment('created_at'),
  priority: { column: 'priority_rank', type: 'number', encode: (value) => Number(value), bind: (part) => part },
  dueDate: {
    column: 'due_sort',
    type: 'string',
    encode: (value) => String(value),
    bind: (part) => {
      if (!DAY.test(String(part))) throw new AppError('BAD_INPUT', 'This cursor is not one of this list.');
      return part;
    },
  },
};

/** Rows after the cursor, by row value: one index range, however deep the page. */
export function keysetSql(sort: TicketSort, cursor: string | undefined, parameters: Parameters): string[] {
  const by = sortColumns[sort.by];
  const parts = decodeCursor(cursor, [by.type, 'string']);
  if (!parts) return [];
  const [value, id] = parts;
  const after = sort.dir === 'asc' ? '>' : '<';
  return [`(t.${by.column}, t.id) ${after} (${parameters.bind(by.bind(value ?? ''))}, ${parameters.bind(id ?? '')})`];
}

/** More would take longer to plan than to run. */
const RANGES_MAX = 60;

export interface Apart {
  readonly statuses: readonly TicketStatus[];
  readonly projects: readonly string[];
  readonly priorities?: readonly Priority[] | undefined;
  readonly assigneeId?: string | undefined;
}

/** Each of the first with each of the second. */
const combined = (first: readonly string[], second: readonly string[]): readonly string[] =>
  first.length === 0 || second.length === 0
    ? [...first, ...second]
    : first.flatMap((one) => second.map((other) => `${one} AND ${other}`));

/** Conditions that take a list apart, each a range of an index: by project, status and priority, as far as they are given. Null: it is one. */
export function rangesOf(
  { statuses, projects, priorities = [], assigneeId }: Apart,
  parameters: Parameters,
): readonly string[] | null {
  const inStatus = [...new Set(statuses)].map((status) => `t.status = '${status}'`);
  const ofRank = [...new Set(priorities)].map((priority) => `t.priority_rank = ${everyPriority.indexOf(priority) + 1}`);
  const isOne =
    projects.length < 2 || projects.length * Math.max(inStatus.length, 1) * Math.max(ofRank.length, 1) > RANGES_MAX;
  const places = isOne ? [] : projects.map((id) => `t.project_id = ${parameters.bind(id)}`);
  const held = combined(places, inStatus);
  const ranges = combined(
    isOne || assigneeId === undefined ? held : held.map(whereHeld(parameters.bind(assigneeId))),
    ofRank,
  );
  return ranges.length === 0 ? null : ranges;
}

/** Somebody works in few of the projects: of the others nothing is walked through. */
const whereHeld = (assignee: string) => (range: string) =>
  `${range} AND EXISTS (SELECT 1 FROM tickets h WHERE ${range.replaceAll(/\bt\./g, 'h.')} AND h.assignee_id = ${assignee} AND h.deleted_at IS NULL)`;

/** The page in its order. With `ranges`: one branch for each, merged and cut again. */
export function orderedSql(
  ranges: readonly string[] | null,
  from: string,
  where: readonly string[],
  sort: TicketSort,
  limit: number,
): string {
  const { column } = sortColumns[sort.by];
  const order = (alias: string) => `ORDER BY ${alias}.${column} ${sort.dir}, ${alias}.id ${sort.dir} LIMIT ${limit}`;
  if (!ranges) return `SELECT t.* FROM ${from} WHERE ${where.join(' AND ')} ${order('t')}`;
  const branches = ranges.map((range, index) => {
    const conditions = [range, ...where].join(' AND ');
    return `SELECT * FROM (SELECT t.* FROM ${from} WHERE ${conditions} ${order('t')}) b${index}`;
  });
  return `SELECT * FROM (${branches.join(' UNION ALL ')}) x ${order('x')}`;
}
