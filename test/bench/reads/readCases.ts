import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { Actor } from '../../../server/kernel/actor.js';

/** Somebody and something that is there, the project with most tickets, and of what narrows what is rarest in it. */
export interface Known {
  readonly projectId: string;
  readonly staff: Actor;
  readonly customer: Actor;
  readonly assigneeId: string;
  readonly reporterId: string;
  readonly departmentId: string;
  readonly skillId: string;
  /** When the tickets of the middle of the project were changed last. */
  readonly middle: string;
}

export interface ReadCase {
  readonly group: 'list' | 'search' | 'counts';
  readonly name: string;
  /** @returns how many were found, as a check that anything was. */
  readonly run: () => Promise<number>;
}

export const sorts: readonly TicketSort[] = (['updatedAt', 'createdAt', 'priority', 'dueDate'] as const).flatMap((by) =>
  (['asc', 'desc'] as const).map((dir) => ({ by, dir })),
);

/** What tags and custom fields the tickets were given, by how many of them have it. */
export const marks = {
  tags: { 'one in five': 5, 'one in a thousand': 1_000 },
  fields: { often: 5, seldom: 1_000 },
} as const;

interface NamedFilter {
  readonly name: string;
  readonly filter: object;
}

/** Every filter of `tickets.list` alone, and some together. */
export function filters(known: Known): NamedFilter[] {
  const { projectId } = known;
  const one = (name: string, filter: object): NamedFilter => ({ name, filter: { projectId, ...filter } });
  return [
    one('no filter', {}),
    { name: 'no filter, all projects', filter: {} },
    one('status', { status: ['IN_PROGRESS'] }),
    one('two statuses', { status: ['OPEN', 'RESOLVED'] }),
    one('priority', { priority: ['URGENT'] }),
    one('category', { category: ['BILLING'] }),
    one('type', { type: ['TICKET'] }),
    one('assignee', { assigneeId: known.assigneeId }),
    { name: 'assignee, all projects', filter: { assigneeId: known.assigneeId } },
    one('nobody holds it', { unassigned: true }),
    one('reporter', { reporterId: known.reporterId }),
    one('department', { departmentId: known.departmentId }),
    one('skill', { requiredSkill: known.skillId }),
    one('due before', { dueBefore: '2025-06-01' }),
    one('due before, nobody holds it', { dueBefore: '2025-06-01', unassigned: true }),
    one('changed after', { updatedAfter: known.middle }),
    ...Object.keys(marks.tags).map((tag) => one(`tag, ${tag}`, { tag })),
    ...Object.keys(marks.fields).map((field) => one(`field, ${field}`, { customFields: { [field]: 'yes' } })),
    one('priority, category and assignee', {
      priority: ['HIGH'],
      category: ['TECHNICAL'],
      assigneeId: known.assigneeId,
    }),
    ...(['RUNNING', 'BREACHED', 'WARNED'] as const).map((state) => one(`clock, ${state}`, { sla: [state] })),
    one('text', { text: 'invoice' }),
  ];
}

/** Words of the generated texts: some stand in a third of all tickets, some in one. */
export const searches = [
  { name: 'a common word', text: 'the' },
  { name: 'a word of some', text: 'invoice' },
  { name: 'a word of titles', text: 'export' },
  { name: 'two common words', text: 'the page' },
  { name: 'common and rare', text: 'the quetzal' },
  { name: 'a rare word', text: 'quetzal' },
  { name: 'a word of nobody', text: 'zyzzyva' },
  { name: 'a phrase', text: '"the new password"' },
  { name: 'a prefix', text: 'pass*' },
  { name: 'a short prefix', text: 'in*' },
  { name: 'a word and a status', text: 'the status:review' },
  { name: 'a word and a tag', text: 'the tag:"one in a thousand"' },
  { name: 'only a status', text: 'status:open' },
] as const;
