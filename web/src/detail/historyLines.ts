import { categoryNames, priorityNames, statusNames, waitingNames } from '../model.js';
import type { TimelineItem } from '../sdk.js';
import { formatDay } from '../ui/dates.js';

export interface HistoryLine {
  readonly id: string;
  readonly at: string;
  readonly who: string;
  readonly text: string;
  readonly note: string | null;
}

/** These follow from other changes, which are told. */
const derived = new Set(
  'assigneeId assignmentState resolvedAt completedAt closedAt firstResponseAt deletedAt deletedBy projectId number mergedIntoId'.split(
    ' ',
  ),
);

/** What happened to a ticket as lines a person reads, newest first. `nameOf` knows the members of the project. */
export function historyLines(items: readonly TimelineItem[], nameOf: (userId: string) => string | undefined) {
  return items.flatMap((item) => lineOf(item, nameOf)).toReversed();
}

function lineOf(item: TimelineItem, nameOf: (userId: string) => string | undefined): HistoryLine[] {
  const { at } = item;
  switch (item.kind) {
    case 'history': {
      const { id, field, changedBy, changedByName } = item.entry;
      if (field !== null && derived.has(field)) return [];
      const who = changedByName ?? (changedBy ? nameOf(changedBy) : undefined) ?? 'Somebody';
      return [{ id, at, who, text: changeText(item.entry), note: null }];
    }
    case 'assignment': {
      const { id, changedBy, reason } = item.entry;
      const who = (changedBy ? nameOf(changedBy) : undefined) ?? 'Somebody';
      return [{ id, at, who, text: handText(item.entry), note: reason }];
    }
    case 'comment': {
      const { id, userName, visibility } = item.entry;
      return [
        { id, at, who: userName, text: visibility === 'INTERNAL' ? 'left an internal note' : 'commented', note: null },
      ];
    }
    case 'message': {
      const { id, authorName: who, content, deletedAt } = item.entry;
      return deletedAt === null ? [{ id, at, who, text: 'wrote', note: content }] : [];
    }
    default:
      item satisfies never;
      return [];
  }
}

type HistoryEntry = Extract<TimelineItem, { kind: 'history' }>['entry'];
type HandEntry = Extract<TimelineItem, { kind: 'assignment' }>['entry'];

const fieldNames: Readonly<Record<string, string>> = {
  status: 'status',
  priority: 'priority',
  category: 'category',
  title: 'title',
  dueDate: 'due date',
  storyPoints: 'story points',
  estimatedHours: 'estimate',
  waitingOn: 'waiting',
  departmentId: 'department',
  requiredSkillId: 'required skill',
  parentId: 'parent ticket',
  customFields: 'custom fields',
  deleteReason: 'reason for deletion',
};
const opaque = new Set(['description', 'departmentId', 'requiredSkillId', 'parentId', 'customFields', 'tags', 'links']);

function changeText({ action, field, oldValue, newValue }: HistoryEntry): string {
  if (field === null)
    return action.toLowerCase() === 'created' ? 'created the ticket' : `${action.toLowerCase()} the ticket`;
  if (field === 'key') return `moved it here from another project, where it was ${oldValue}`;
  const name = fieldNames[field] ?? field.replace(/^customFields\./, '');
  if (opaque.has(field)) return `edited the ${name}`;
  if (newValue === null) return `cleared the ${name}`;
  const to = wording(field, newValue);
  return oldValue === null
    ? `set the ${name} to ${to}`
    : `changed the ${name} from ${wording(field, oldValue)} to ${to}`;
}

const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: statusNames,
  priority: priorityNames,
  category: categoryNames,
  waitingOn: waitingNames,
};

function wording(field: string, value: string): string {
  if (field === 'dueDate') return formatDay(value);
  return words[field]?.[value] ?? (field === 'title' ? `“${value}”` : value);
}

function handText(entry: HandEntry): string {
  const { action, changedBy, previousDeveloperId, newDeveloperId } = entry;
  const [from, to] = [entry.previousDeveloper ?? 'somebody', entry.newDeveloper ?? 'somebody'];
  const isFromSelf = previousDeveloperId !== null && previousDeveloperId === changedBy;
  switch (action) {
    case 'CREATED':
      return newDeveloperId === changedBy ? 'took it' : `gave it to ${to}`;
    case 'REASSIGNED':
      return isFromSelf ? `passed it to ${to}` : `passed it from ${from} to ${to}`;
    case 'REMOVED':
      return isFromSelf ? 'let go of it' : `took it from ${from}`;
    case 'REJECTED':
      return `rejected the assignment to ${to}`;
    case 'COMPLETED':
      return isFromSelf ? 'finished with it' : `ended ${from}’s work on it`;
    default:
      action satisfies never;
      return 'changed who holds it';
  }
}
