import type { Priority, TicketStatus } from '../../../contract/ticket.js';
import type { Dialect } from '../../db/dialect.js';
import { ranksOf } from './ticketFilterSql.js';
import type { Parameters } from './ticketScope.js';

/** More would take longer to plan than to run. */
export const RANGES_MAX = 60;

export interface Apart {
  readonly statuses: readonly TicketStatus[];
  readonly projects: readonly string[];
  readonly priorities?: readonly Priority[] | undefined;
  readonly assigneeId?: string | undefined;
  /** Whether only one person's reports are listed, the one changed last first or last: they have an index of their own, over all projects. */
  readonly isOfReporter?: boolean;
}

/** A part of a list that is one range of an index. */
export interface Range {
  /** Null: all projects of the list. */
  readonly projectId: string | null;
  readonly conditions: readonly string[];
  /** Instead of where all of the list comes from: few, which are fetched and sorted. */
  readonly from?: string;
  /** The priority that all of it has, where it was taken apart by that. */
  readonly rank?: number | undefined;
  /** More projects than can be branches of their own: a range of each, which the conditions name {@link EACH}. */
  readonly ofEach?: readonly string[];
}
export const wholeList: Range = { projectId: null, conditions: [] };

/** The project of a range of {@link Range.ofEach}. */
export const EACH = 'e.id';

/** How a list is taken apart: by project, status and priority, as far as they are given. */
export function rangesOf(
  { statuses, projects, priorities = [], assigneeId, isOfReporter = false }: Apart,
  { name }: Dialect,
  parameters: Parameters,
): readonly Range[] {
  if (isOfReporter && statuses.length === 0) return [wholeList];
  const inStatus = orAll([...new Set(statuses)], (status) => `t.status = '${status}'`);
  const ofRank = orAll(ranksOf(priorities), (rank) => `t.priority_rank = ${rank}`);
  const parts = inStatus.flatMap((status) => ofRank.map((rank) => ({ status: status.conditions, rank })));
  const areMany = projects.length * parts.length > RANGES_MAX;
  const isWhole = projects.length < 2 || (areMany && name === 'sqlite');
  const assignee = isWhole || assigneeId === undefined ? null : parameters.bind(assigneeId);
  const rangesIn = (range: Omit<Range, 'conditions'>, project: string | null): readonly Range[] =>
    parts.map(({ status, rank }) => {
      const held = project === null || assignee === null ? status : heldSql[name](project, status, assignee);
      return { ...range, conditions: [...held, ...rank.conditions], rank: rank.value };
    });
  if (isWhole) return rangesIn({ projectId: null }, null);
  if (areMany) return rangesIn({ projectId: null, ofEach: projects }, EACH);
  return projects.flatMap((projectId) =>
    rangesIn({ projectId }, assignee === null ? null : parameters.bind(projectId)),
  );
}

/** Each by itself; of none, all together. */
const orAll = <V>(
  values: readonly V[],
  condition: (value: V) => string,
): readonly { readonly value?: V; readonly conditions: readonly string[] }[] =>
  values.length === 0 ? [{ conditions: [] }] : values.map((value) => ({ value, conditions: [condition(value)] }));

/**
 * The status, in a project where somebody holds a ticket in it: they work in few of the projects, and of the others nothing is walked through.
 * PostgreSQL asks first whether there is one. SQLite makes a join of EXISTS, whose rows it sorts, and asks whatever else a subquery tells of each
 * row, but for the key of an index.
 */
const heldSql = {
  postgres: (project: string, status: readonly string[], assignee: string) => [
    ...status,
    `EXISTS (SELECT 1 ${heldFrom(project, status, assignee)})`,
  ],
  sqlite: (project: string, status: readonly string[], assignee: string) => [
    `t.status = (SELECT h.status ${heldFrom(project, status, assignee)} LIMIT 1)`,
  ],
};
const heldFrom = (project: string, status: readonly string[], assignee: string): string =>
  `FROM tickets h WHERE ${[`h.project_id = ${project}`, ...status.map((one) => one.replace('t.', 'h.'))].join(' AND ')} AND h.assignee_id = ${assignee} AND h.deleted_at IS NULL`;
