import type { Fields } from '../../../trackers/fields.js';
import type { PersonRef } from '../../../trackers/importedTicket.js';
import { usernameOf } from '../../../trackers/personRefs.js';
import {
  categoryOf,
  labelPriorities,
  meaningOf,
  priorityOfLabels,
  type Reading,
  type Tracker,
} from '../../../trackers/tracker.js';
import { hoursOfSeconds, listed, plainly, wholeNumber } from '../../../trackers/values.js';

const id = ['ID', 'Issue ID', 'IID'] as const;

/** "Export as CSV" of a project's issues. It has no comments. */
export const gitlab: Tracker = {
  name: 'gitlab',
  title: 'GitLab, Export issues as CSV',
  format: 'csv',
  required: [['Title'], id, ['State'], ['Author Username'], ['Created At (UTC)']],
  isGuarded: true,
  formats: ['yyyy-MM-dd HH:mm:ss'],
  statuses: { open: 'OPEN', opened: 'OPEN', reopened: 'OPEN', closed: 'CLOSED' },
  priorities: labelPriorities,
  idOf: (fields) => fields.look(...id),
  read: (fields, externalId, reading) => {
    fields.take(...id);
    const labels = listed(fields.take('Labels'));
    const type = fields.look('Type')?.toLowerCase() ?? '';
    return {
      externalId,
      title: fields.take('Title') ?? '',
      description: fields.take('Description') ?? '',
      type: type === 'task' ? 'TASK' : 'TICKET',
      status: meaningOf(fields, ['State'], (word) => reading.status(word), 'OPEN'),
      priority: priorityOfLabels(labels, reading) ?? 'MEDIUM',
      category: categoryOf([...labels, type]),
      storyPoints: fields.read(['Weight'], wholeNumber, 'is no whole number', plainly),
      estimatedHours: fields.read(['Time Estimate'], hoursOfSeconds, 'are no seconds'),
      dueDate: fields.read(['Due Date'], (text) => reading.moments.day(text), 'is no day', plainly),
      waitingOn: null,
      reporter: peopleIn(fields, 'Author')[0] ?? null,
      assignees: peopleIn(fields, 'Assignee'),
      watchers: [],
      labels,
      createdAt: momentIn(fields, 'Created At (UTC)', reading),
      finishedAt: momentIn(fields, 'Closed At (UTC)', reading),
      parent: fields.look('Parent ID'),
      links: [],
      comments: [],
    };
  },
};

const momentIn = (fields: Fields, name: string, { moments }: Reading): Date | null =>
  fields.read(
    [name],
    (text) => moments.at(text),
    'is no moment as 2026-12-31 23:59:59',
    (at) => at.toISOString().slice(0, 19).replace('T', ' '),
  );

/** Several assignees stand in one cell, and their usernames in the same order in another. */
function peopleIn(fields: Fields, column: string): PersonRef[] {
  const names = listed(fields.look(column));
  const usernames = listed(fields.look(`${column} Username`));
  // A name with a comma in it: the usernames, which have none, tell how many there are.
  const known = names.length === usernames.length ? names : usernames.length === 1 ? [names.join(', ')] : usernames;
  const people = known.map((name, nth) => ({ name, username: usernameOf(usernames[nth]?.toLowerCase() ?? '') }));
  if (people.every(({ username }, nth) => username === usernames[nth])) fields.take(`${column} Username`);
  if (known === names || usernames.length === 1) fields.take(column);
  return people;
}
