import type { SavedView } from '../sdk.js';
import { noFilter, plainQuery, type BoardFilter, type BoardQuery } from './boardFilter.js';

type ViewFilter = SavedView['filter'];

/** What the server can keep of a filter, in its words; null when its days are counted from today, which the server cannot say. */
export function viewFilter(filter: BoardFilter, userId: string): ViewFilter | null {
  const { text, status, priority, category, assignee, due, tag, sla } = filter;
  if (due !== null) return null;
  return {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(status.length === 0 ? {} : { status: [...status] }),
    ...(priority.length === 0 ? {} : { priority: [...priority] }),
    ...(category.length === 0 ? {} : { category: [...category] }),
    ...(tag === null ? {} : { tag }),
    ...(sla.length === 0 ? {} : { sla: [...sla] }),
    ...holder(assignee, userId),
  };
}

function holder(assignee: string | null, userId: string): ViewFilter {
  if (assignee === null) return {};
  return assignee === 'nobody' ? { unassigned: true } : { assigneeId: assignee === 'me' ? userId : assignee };
}

const shown = new Set(['text', 'status', 'priority', 'category', 'tag', 'sla', 'assigneeId', 'unassigned']);

/** How the board shows a saved view; null when it asks for something that the board has no control for. */
export function queryOfView({ filter, sort }: Pick<SavedView, 'filter' | 'sort'>, userId: string): BoardQuery | null {
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (wanted.some(([field]) => !shown.has(field)) || filter.unassigned === false) return null;
  const { text = '', status = [], priority = [], category = [], tag = null, sla = [], assigneeId, unassigned } = filter;
  const assignee = unassigned ? 'nobody' : assigneeId === userId ? 'me' : (assigneeId ?? null);
  return { ...plainQuery, sort, filter: { ...noFilter, text, status, priority, category, tag, sla, assignee } };
}
