import type { Fields } from '../../../trackers/fields.js';
import type { ImportedLink } from '../../../trackers/importedTicket.js';
import { personOrNull } from '../../../trackers/personRefs.js';
import { categoryOf, meaningOf, type Reading, type Tracker } from '../../../trackers/tracker.js';
import { listed, meaning, plainly, wholeNumber } from '../../../trackers/values.js';

/** "Export data" of a workspace, or of a view. It has no comments. */
export const linear: Tracker = {
  name: 'linear',
  title: 'Linear, Export as CSV',
  format: 'csv',
  required: [['ID'], ['Team'], ['Title'], ['Status'], ['Priority'], ['Creator']],
  isGuarded: true,
  endsShort: true,
  formats: [],
  statuses: {
    ...meaning('OPEN', 'triage', 'backlog', 'todo'),
    ...meaning('IN_PROGRESS', 'in progress'),
    ...meaning('REVIEW', 'in review'),
    ...meaning('CLOSED', 'done', 'canceled', 'cancelled', 'duplicate'),
  },
  priorities: { urgent: 'URGENT', high: 'HIGH', medium: 'MEDIUM', low: 'LOW', 'no priority': 'MEDIUM' },
  idOf: (fields) => fields.look('ID'),
  read: (fields, externalId, reading) => {
    fields.take('ID');
    const labels = listed(fields.take('Labels'));
    const moment = (name: string) => momentIn(fields, name, reading);
    const finishedAt = moment('Completed') ?? moment('Canceled');
    const fallback = finishedAt !== null ? 'CLOSED' : moment('Started') !== null ? 'IN_PROGRESS' : 'OPEN';
    return {
      externalId,
      title: fields.take('Title') ?? '',
      description: fields.take('Description') ?? '',
      type: 'TICKET',
      status: meaningOf(fields, ['Status'], (word) => reading.status(word), fallback),
      priority: meaningOf(fields, ['Priority'], (word) => reading.priority(word), 'MEDIUM'),
      category: categoryOf(labels),
      storyPoints: fields.read(['Estimate'], wholeNumber, 'is no whole number', plainly),
      estimatedHours: null,
      dueDate: fields.read(['Due Date'], (text) => reading.moments.day(text), 'is no day', plainly),
      waitingOn: null,
      reporter: personOrNull(fields.take('Creator')),
      assignees: [fields.take('Assignee')].flatMap((name) => personOrNull(name) ?? []),
      watchers: [],
      labels,
      createdAt: moment('Created'),
      finishedAt,
      parent: fields.look('Parent issue'),
      links: [
        ...linksIn(fields, 'Related to', { type: 'RELATES', isFrom: true }),
        ...linksIn(fields, 'Blocked by', { type: 'BLOCKS', isFrom: false }),
        ...linksIn(fields, 'Duplicate of', { type: 'DUPLICATES', isFrom: true }),
      ],
      comments: [],
    };
  },
};

const linksIn = (fields: Fields, column: string, link: Pick<ImportedLink, 'type' | 'isFrom'>): ImportedLink[] =>
  listed(fields.look(column)).map((other) => ({ ...link, other }));

const momentIn = (fields: Fields, name: string, { moments }: Reading): Date | null =>
  fields.read(
    [name],
    (text) => moments.at(text),
    'is no moment',
    (at) => at.toISOString(),
  );
