import type { Fields } from '../../../trackers/fields.js';
import type { ImportedComment, ImportedLink, PersonRef } from '../../../trackers/importedTicket.js';
import { emailOf } from '../../../trackers/personRefs.js';
import { categoryOf, meaningOf, type Known, type Reading, type Tracker } from '../../../trackers/tracker.js';
import { meaning } from '../../../trackers/values.js';

/** What the JSON export writes, one ticket a line, and the answer of the tickets API, also with people beside the tickets. */
export const zendesk: Tracker = {
  name: 'zendesk',
  title: 'Zendesk, tickets as JSON',
  format: 'json',
  required: [['id'], ['subject', 'raw_subject', 'description'], ['status'], ['requester_id', 'requester']],
  lists: { records: ['tickets'], beside: ['users'] },
  formats: [],
  statuses: {
    ...meaning('OPEN', 'new'),
    ...meaning('IN_PROGRESS', 'open', 'pending', 'hold'),
    ...meaning('RESOLVED', 'solved'),
    ...meaning('CLOSED', 'closed', 'deleted'),
  },
  priorities: { urgent: 'URGENT', high: 'HIGH', normal: 'MEDIUM', low: 'LOW' },
  idOf: (fields) => fields.look('id'),
  surveyBeside: (_, user, known) => {
    const id = user.look('id');
    const person = personIn(user, true);
    if (id !== null && person) known.people.set(id, person);
  },
  survey: (fields, known) => {
    for (const [noun, isCustomer] of [
      ['requester', true],
      ['submitter', true],
      ['assignee', false],
    ] as const) {
      const object = fields.child(noun);
      const person = object && personIn(object, isCustomer);
      const id = object?.look('id') ?? null;
      if (person && id !== null) known.people.set(id, person);
    }
    // Whoever is given a ticket works here, also where nobody says so.
    const id = fields.look('assignee_id');
    if (id !== null && !known.people.has(id)) known.people.set(id, { name: unknown(id) });
  },
  read: (fields, externalId, reading) => {
    fields.take('id');
    const type = fields.look('type')?.toLowerCase() ?? '';
    const word = fields.look('status')?.toLowerCase();
    const description = fields.take('description') ?? '';
    const updatedAt = momentIn(fields, 'updated_at', reading);
    const labels = fields.takeList('tags');
    return {
      externalId,
      title: titleOf(fields),
      description,
      type: type === 'task' ? 'TASK' : 'TICKET',
      status: meaningOf(fields, ['status'], (status) => reading.status(status), 'OPEN'),
      priority: meaningOf(fields, ['priority'], (priority) => reading.priority(priority), 'MEDIUM'),
      category: categoryOf([...labels, type]),
      storyPoints: null,
      estimatedHours: null,
      dueDate: fields.read(
        ['due_at'],
        (text) => reading.moments.day(text),
        'is no moment',
        (day) => day,
      ),
      waitingOn: word === 'pending' ? 'CUSTOMER' : word === 'hold' ? 'THIRD_PARTY' : null,
      reporter: personOf(fields, 'requester', reading, true),
      assignees: [personOf(fields, 'assignee', reading, false)].flatMap((person) => person ?? []),
      watchers: [],
      labels,
      createdAt: momentIn(fields, 'created_at', reading),
      finishedAt: solvedAt(fields, reading) ?? updatedAt,
      parent: null,
      links: linksOf(fields),
      comments: commentsOf(fields, description, reading),
    };
  },
};

const unknown = (id: string): string => `Zendesk user ${id}`;

/** Where both are the same, one of them is enough. */
function titleOf(fields: Fields): string {
  const title = fields.take('subject', 'raw_subject') ?? '';
  if (fields.look('raw_subject') === title.trim()) fields.take('raw_subject');
  return title;
}

function personIn(user: Fields, isCustomer: boolean): PersonRef | null {
  const email = emailOf(user.look('email') ?? '');
  const name = user.look('name') ?? email;
  const role = user.look('role');
  if (name === undefined) return null;
  return { name, email, isCustomer: role === null ? isCustomer : role === 'end-user' };
}

/** By the object that stands there, or by the id of somebody who stands beside the tickets. */
function personOf(fields: Fields, noun: string, { people }: Known, isCustomer: boolean): PersonRef | null {
  const object = fields.child(noun);
  const person = object && personIn(object, isCustomer);
  if (object && person) {
    object.take('name');
    if (object.look('email') === person.email) object.take('email');
    return person;
  }
  const id = fields.look(`${noun}_id`);
  if (id === null) return null;
  return people.get(id) ?? { name: unknown(id), isCustomer };
}

const momentIn = (fields: Fields, name: string, { moments }: Reading): Date | null =>
  fields.read(
    [name],
    (text) => moments.at(text),
    'is no ISO 8601 moment',
    name === 'created_at' ? (at) => at.toISOString().replace('.000', '') : undefined,
  );

const solvedAt = (fields: Fields, reading: Reading): Date | null => {
  const metrics = fields.child('metric_set');
  return metrics && momentIn(metrics, 'solved_at', reading);
};

const linksOf = (fields: Fields): ImportedLink[] => {
  const followups = fields.look('followup_ids')?.match(/\d+/g) ?? [];
  const others = [...followups, ...[fields.look('problem_id')].flatMap((id) => id ?? [])];
  return others.map((other) => ({ type: 'RELATES', isFrom: true, other }));
};

/** The first one is the description over again. */
function commentsOf(fields: Fields, description: string, reading: Reading): ImportedComment[] {
  return fields.children('comments').flatMap((comment, nth): ImportedComment[] => {
    const content = comment.take('plain_body', 'body', 'html_body');
    if (content !== null && comment.look('body') === content.trim()) comment.take('body');
    const key = comment.look('id') ?? comment.look('created_at') ?? String(nth);
    if (content === null || (nth === 0 && content.trim() === description.trim())) return [];
    const author = personOf(comment, 'author', reading, true);
    const at = momentIn(comment, 'created_at', reading);
    const visibility = comment.look('public') === 'false' ? 'INTERNAL' : 'PUBLIC';
    return [{ key, author, content, visibility, at }];
  });
}
