import type { Fields } from '../../../trackers/fields.js';
import type { ImportedComment, ImportedLink } from '../../../trackers/importedTicket.js';
import { personNamed, personOrNull } from '../../../trackers/personRefs.js';
import { categoryOf, meaningOf, type Reading, type Tracker } from '../../../trackers/tracker.js';
import { hoursOfSeconds, meaning, plainly, wholeNumber } from '../../../trackers/values.js';

const key = ['Issue key', 'Work item key', 'Key'] as const;
const id = ['Issue id', 'Work item id'] as const;
const type = ['Issue Type', 'Work type', 'Work item type'] as const;
const points = [
  'Custom field (Story Points)',
  'Custom field (Story point estimate)',
  'Story Points',
  'Story point estimate',
] as const;
const parent = ['Parent key', 'Parent', 'Parent id', 'Custom field (Epic Link)', 'Epic Link'] as const;
const LINK = /^(Outward|Inward) (?:issue|work item) link \((.*)\)$/;
const linkTypes = new Map([
  ['blocks', 'BLOCKS'],
  ['duplicate', 'DUPLICATES'],
] as const);
const roles = ['Assignee', 'Reporter', 'Creator', 'Watchers'] as const;

/**
 * "Export CSV (all fields)". A field of several values has as many columns of one name, in all rows as many as the fullest one
 * needs; comments are `date;author;text`.
 */
export const jira: Tracker = {
  name: 'jira',
  title: 'Jira, Export CSV (all fields)',
  format: 'csv',
  required: [['Summary'], key, ['Status'], type],
  formats: ['dd/MMM/yy h:mm a', 'd/MMM/yy h:mm a', 'dd/MMM/yyyy h:mm a', 'dd/MMM/yy HH:mm'],
  statuses: {
    ...meaning('OPEN', 'to do', 'open', 'backlog', 'selected for development', 'reopened', 'new'),
    ...meaning('IN_PROGRESS', 'in progress', 'work in progress', 'pending', 'escalated'),
    ...meaning('IN_PROGRESS', 'waiting for support', 'waiting for customer'),
    ...meaning('REVIEW', 'in review', 'review', 'code review', 'testing', 'in qa'),
    ...meaning('RESOLVED', 'resolved'),
    ...meaning('CLOSED', 'done', 'closed', 'canceled', 'cancelled', "won't do"),
  },
  priorities: {
    ...meaning('URGENT', 'blocker', 'highest', 'critical'),
    ...meaning('HIGH', 'major', 'high'),
    ...meaning('MEDIUM', 'medium'),
    ...meaning('LOW', 'minor', 'low', 'trivial', 'lowest'),
  },
  idOf: (fields) => fields.look(...key),
  survey: (fields, known) => {
    const [itsKey, itsId] = [fields.look(...key), fields.look(...id)];
    if (itsKey !== null && itsId !== null) known.aliases.set(itsId, itsKey);
    for (const column of roles) {
      const accounts = fields.lookAll(new RegExp(`^${column} Id$`, 'i'));
      fields.lookAll(new RegExp(`^(${column})$`)).forEach(({ value }, nth) => {
        const account = accounts[nth]?.value;
        if (account !== undefined) known.people.set(account, personNamed(value));
      });
    }
  },
  read: (fields, externalId, reading) => {
    fields.take(...key);
    const types = fields.look(...type)?.toLowerCase() ?? '';
    const category = fields.look('Status Category');
    const byCategory = category === null ? undefined : reading.status(category);
    const status = meaningOf(fields, ['Status'], (word) => reading.status(word) ?? byCategory, 'OPEN');
    const moment = (...names: string[]) => momentIn(fields, names, reading);
    const finishedAt = moment('Resolved') ?? moment('Updated');
    return {
      externalId,
      title: fields.take('Summary') ?? '',
      description: fields.take('Description') ?? '',
      type: /^(sub-?)?task$/.test(types) ? 'TASK' : 'TICKET',
      status,
      priority: meaningOf(fields, ['Priority'], (word) => reading.priority(word), 'MEDIUM'),
      category: categoryOf([types]),
      storyPoints: fields.read(points, wholeNumber, 'is no whole number of points', plainly),
      estimatedHours: fields.read(['Original Estimate', 'Original estimate'], hoursOfSeconds, 'are no seconds'),
      dueDate: fields.read(['Due Date', 'Due date'], (text) => reading.moments.day(text), 'is no day', plainly),
      waitingOn: fields.look('Status')?.toLowerCase() === 'waiting for customer' ? 'CUSTOMER' : null,
      reporter: personOrNull(fields.take('Reporter')),
      assignees: [fields.take('Assignee')].flatMap((name) => personOrNull(name) ?? []),
      watchers: fields.takeAll('Watchers').map(personNamed),
      labels: fields.takeAll('Labels').map((label) => label.trim()),
      createdAt: moment('Created'),
      finishedAt,
      parent: parentOf(fields, reading),
      links: linksOf(fields),
      comments: commentsOf(fields, reading),
    };
  },
};

/** A moment with a place of its own is found in history; its words are kept as well, for Jira leaves the seconds out. */
const momentIn = (fields: Fields, names: readonly string[], { moments }: Reading): Date | null =>
  fields.read(names, (text) => moments.at(text), 'is no moment in a form that is known');

function parentOf(fields: Fields, { aliases }: Reading): string | null {
  const named = fields.look(...parent);
  return named === null ? null : (aliases.get(named) ?? named);
}

const linksOf = (fields: Fields): ImportedLink[] =>
  (['Outward', 'Inward'] as const).flatMap((direction) =>
    fields
      .lookAll(new RegExp(LINK.source.replace('(Outward|Inward)', direction)))
      .map(({ group, value }): ImportedLink => ({
        type: (linkTypes as ReadonlyMap<string, ImportedLink['type']>).get(group.toLowerCase()) ?? 'RELATES',
        isFrom: direction === 'Outward',
        other: value,
      })),
  );

/** One that is written otherwise is taken whole. */
function commentsOf(fields: Fields, { moments, people }: Reading): ImportedComment[] {
  const nthOf = new Map<string, number>();
  return fields.takeAll('Comment', 'Comments').map((cell) => {
    const [, date = '', name = '', text = ''] = /^([^;\n]{6,40});([^;\n]*);([^]*)$/.exec(cell) ?? [];
    const at = moments.at(date.trim()) ?? null;
    const stem = at === null ? cell.slice(0, 100) : `${date};${name}`;
    const nth = nthOf.get(stem) ?? 0;
    nthOf.set(stem, nth + 1);
    const author = at === null || name === '' ? null : (people.get(name) ?? personNamed(name));
    return { key: `${stem};${nth}`, author, content: at === null ? cell : text, visibility: 'PUBLIC', at };
  });
}
