import { tagKey } from '../../../contract/tagKey.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import type { ListTicketsInput, TicketSort } from '../../../contract/ticketInputs.js';
import type { Dialect } from '../../db/dialect.js';
import { json, type Value } from '../../db/statement.js';
import { AppError } from '../../kernel/errors.js';
import { decodeCursor } from '../keysetPage.js';
import { momentOf } from './cursorMoment.js';
import type { Parameters } from './ticketScope.js';

type Filter = Omit<ListTicketsInput, 'sort' | 'limit' | 'cursor' | 'text'> & {
  readonly createdBy?: string | undefined;
};

/** @throws BAD_INPUT the filter asks for what cannot be. */
export function demandSense(filter: Pick<Filter, 'unassigned' | 'assigneeId'>): void {
  if (filter.unassigned && filter.assigneeId !== undefined)
    throw new AppError('BAD_INPUT', 'Ask for unassigned tickets or for those of one assignee.', {
      field: 'unassigned',
    });
}

/** A filter as conditions on alias `t`; `status` is not among them, lists branch by it. */
export function filterSql(filter: Filter, d: Dialect, parameters: Parameters): string[] {
  const equal = (column: string, value: Value | undefined) =>
    value === undefined ? [] : [`t.${column} = ${parameters.bind(value)}`];
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
    ...equal('department_id', filter.departmentId),
    ...equal('required_skill_id', filter.requiredSkill),
    ...(filter.tag === undefined ? [] : [taggedSql(`g.name_key = ${parameters.bind(tagKey(filter.tag))}`)]),
    ...(filter.dueBefore === undefined ? [] : [`t.due_sort < ${parameters.bind(filter.dueBefore)}`]),
    ...(filter.updatedAfter === undefined ? [] : [`t.updated_at > ${parameters.bind(new Date(filter.updatedAfter))}`]),
    ...Object.entries(filter.customFields ?? {}).map(([key, value]) =>
      d.jsonHas('t.custom_fields', key, parameters.bind(json(value))),
    ),
  ];
}

export const taggedSql = (isTag: string): string =>
  `t.id IN (SELECT x.ticket_id FROM ticket_tags x JOIN tags g ON g.id = x.tag_id WHERE ${isTag})`;

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

/**
 * The page in its order. With `statuses`: one branch for each, so that it is a range of the (project, status, sort, id)
 * index, merged and cut again.
 */
export function orderedSql(
  statuses: readonly TicketStatus[] | null,
  from: string,
  where: readonly string[],
  sort: TicketSort,
  limit: number,
): string {
  const { column } = sortColumns[sort.by];
  const order = (alias: string) => `ORDER BY ${alias}.${column} ${sort.dir}, ${alias}.id ${sort.dir} LIMIT ${limit}`;
  if (!statuses) return `SELECT t.* FROM ${from} WHERE ${where.join(' AND ')} ${order('t')}`;
  const branches = [...new Set(statuses)].map((status, index) => {
    const conditions = [`t.status = '${status}'`, ...where].join(' AND ');
    return `SELECT * FROM (SELECT t.* FROM ${from} WHERE ${conditions} ${order('t')}) b${index}`;
  });
  return `SELECT * FROM (${branches.join(' UNION ALL ')}) x ${order('x')}`;
}
