import type { TicketSort } from '../../../contract/ticketInputs.js';
import { priorities, statuses } from '../model.js';
import { categories, limits, slaStates, type Priority, type SlaState, type Ticket, type TicketStatus } from '../sdk.js';

export const dues = ['overdue', 'today', 'week'] as const;
export type Due = (typeof dues)[number];

/** Several values of one field mean "any of them", none means all. */
export interface BoardFilter {
  readonly text: string;
  readonly status: readonly TicketStatus[];
  readonly priority: readonly Priority[];
  readonly category: readonly Ticket['category'][];
  /** A person's id, `me`, `nobody`, or null for anyone. */
  readonly assignee: string | null;
  readonly due: Due | null;
  readonly tag: string | null;
  /** How the ticket's promises stand. */
  readonly sla: readonly SlaState[];
}

/** All that the address says of how a board is looked at. */
export interface BoardQuery {
  readonly filter: BoardFilter;
  readonly sort: TicketSort;
  readonly layout: 'columns' | 'list';
}

export type SortBy = TicketSort['by'];
/** Where an order begins when somebody chooses it. */
export const firstDirection: Readonly<Record<SortBy, TicketSort['dir']>> = {
  updatedAt: 'desc',
  createdAt: 'desc',
  priority: 'desc',
  dueDate: 'asc',
};

export const noFilter: BoardFilter = {
  text: '',
  status: [],
  priority: [],
  category: [],
  assignee: null,
  due: null,
  tag: null,
  sla: [],
};
export const plainQuery: BoardQuery = { filter: noFilter, sort: { by: 'updatedAt', dir: 'desc' }, layout: 'columns' };

export const isFiltering = (filter: BoardFilter): boolean => filter.text.trim() !== '' || hasConditions(filter);
export const hasConditions = ({ status, priority, category, sla, assignee, due, tag }: BoardFilter): boolean =>
  status.length + priority.length + category.length + sla.length > 0 ||
  assignee !== null ||
  due !== null ||
  tag !== null;

const ours = ['q', 'status', 'priority', 'category', 'assignee', 'due', 'tag', 'sla', 'sort', 'dir', 'view'];
const ASSIGNEE_LENGTH = 36;

/** What is unknown in an address, of a newer board perhaps or mistyped, is left out. */
export function queryFrom(search: string): BoardQuery {
  const params = new URLSearchParams(search);
  const some = <Word extends string>(name: string, known: readonly Word[]) => {
    const named = new Set(params.getAll(name));
    return known.filter((word) => named.has(word));
  };
  const [by = plainQuery.sort.by] = some('sort', Object.keys(firstDirection) as SortBy[]);
  const [dir = firstDirection[by]] = some('dir', ['asc', 'desc'] as const);
  return {
    filter: {
      text: params.get('q') ?? '',
      status: some('status', statuses),
      priority: some('priority', priorities),
      category: some('category', categories),
      assignee: params.get('assignee')?.slice(0, ASSIGNEE_LENGTH) || null,
      due: some('due', dues)[0] ?? null,
      tag: params.get('tag')?.slice(0, limits.tagLength) || null,
      sla: some('sla', slaStates),
    },
    sort: { by, dir },
    layout: params.get('view') === 'list' ? 'list' : 'columns',
  };
}

/** The other way round: `''`, or `?` and what differs from a plain board. What else stands in `search` stays there. */
export function searchOf({ filter, sort, layout }: BoardQuery, search = ''): string {
  const params = new URLSearchParams(search);
  for (const name of ours) params.delete(name);
  if (filter.text !== '') params.set('q', filter.text);
  for (const name of ['status', 'priority', 'category', 'sla'] as const)
    for (const word of filter[name]) params.append(name, word);
  if (filter.assignee !== null) params.set('assignee', filter.assignee);
  if (filter.due !== null) params.set('due', filter.due);
  if (filter.tag !== null) params.set('tag', filter.tag);
  if (sort.by !== plainQuery.sort.by) params.set('sort', sort.by);
  if (sort.dir !== firstDirection[sort.by]) params.set('dir', sort.dir);
  if (layout === 'list') params.set('view', 'list');
  return params.size === 0 ? '' : `?${params.toString()}`;
}
