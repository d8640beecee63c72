import { tagKey } from '../../../contract/tagKey.js';
import { priorities as everyPriority } from '../../../contract/enums.js';
import type { Priority } from '../../../contract/ticket.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import type { Dialect } from '../../db/dialect.js';
import { json, type Value } from '../../db/statement.js';
import { AppError } from '../../kernel/errors.js';
import { slaSql } from './slaFilterSql.js';
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
  const asked = (condition: string) => [walk ? `(${condition}) IS TRUE` : condition];
  const equal = (column: string, value: Value | undefined) =>
    value === undefined ? [] : asked(`t.${column} = ${parameters.bind(value)}`);
  const any = (column: string, values: readonly string[] | undefined) =>
    values === undefined ? [] : asked(d.anyOf(`t.${column}`, parameters.bind(values)));
  demandSense(filter);
  return [
    't.deleted_at IS NULL',
    ...equal('assignee_id', filter.assigneeId),
    ...(filter.unassigned === undefined ? [] : [`t.assignee_id IS ${filter.unassigned ? '' : 'NOT '}NULL`]),
    ...equal('reporter_id', filter.reporterId),
    ...equal('created_by', filter.createdBy),
    ...equal('parent_id', filter.parentId),
    ...equal('department_id', filter.departmentId),
    ...equal('required_skill_id', filter.requiredSkill),
    // After what is one value each: most tickets fail that, and less is looked up for it.
    ...any('type', filter.type),
    ...any('priority', filter.priority),
    ...any('category', filter.category),
    ...(filter.tag === undefined ? [] : [taggedSql(`g.name_key = ${parameters.bind(tagKey(filter.tag))}`)]),
    ...(filter.dueBefore === undefined ? [] : [`t.due_sort < ${parameters.bind(filter.dueBefore)}`]),
    ...(filter.updatedAfter === undefined ? [] : [`t.updated_at > ${parameters.bind(new Date(filter.updatedAfter))}`]),
    ...Object.entries(filter.customFields ?? {}).map(([key, value]) =>
      d.jsonHas('t.custom_fields', key, parameters.bind(json(value))),
    ),
    ...(filter.sla === undefined ? [] : asked(slaSql(d, filter.sla))),
  ];
}

/** Asked of each ticket: of a common tag no list of all that carry it is made first. */
export const taggedSql = (isTag: string): string =>
  `EXISTS (SELECT 1 FROM ticket_tags x WHERE x.ticket_id = t.id AND x.tag_id IN (SELECT g.id FROM tags g WHERE ${isTag}))`;

/** As `priority_rank` has them, each once. */
export const ranksOf = (priorities: readonly Priority[]): readonly number[] =>
  [...new Set(priorities)].map((priority) => everyPriority.indexOf(priority) + 1);
