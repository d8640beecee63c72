import type { Fields } from './fields.js';
import type { ImportedComment, PersonRef } from './importedTicket.js';
import { usernameOf } from './personRefs.js';
import { categoryOf, labelPriorities, meaningOf, priorityOfLabels, type Reading, type Tracker } from './tracker.js';

const ISSUE = /\/([^/]+\/[^/]+)\/issues\/(\d+)(?:$|[?#])/;
const created = ['created_at', 'createdAt'] as const;
const closed = ['closed_at', 'closedAt'] as const;
const author = ['user', 'author'] as const;

/** The answer of GitHub's REST API for issues, and what `gh issue list --json` writes. */
export const github: Tracker = {
  name: 'github',
  title: 'GitHub, issues as JSON',
  format: 'json',
  required: [['number'], ['title'], ['state']],
  lists: { records: ['issues', 'items'], beside: [] },
  formats: [],
  statuses: { open: 'OPEN', closed: 'CLOSED' },
  priorities: labelPriorities,
  skips: (fields) => (fields.look('pull_request') === null ? null : 'is a pull request'),
  // Numbers are those of a repository: several of them fit into one project.
  idOf: (fields) => {
    const number = fields.look('number');
    const repository = nameIn(fields.look('html_url', 'url'));
    return number === null ? null : (repository ?? number);
  },
  read: (fields, externalId, reading) => {
    fields.take('number');
    const labels = labelsOf(fields);
    return {
      externalId,
      title: fields.take('title') ?? '',
      description: fields.take('body') ?? '',
      type: 'TICKET',
      status: meaningOf(fields, ['state'], (word) => reading.status(word), 'OPEN'),
      priority: priorityOfLabels(labels, reading) ?? 'MEDIUM',
      category: categoryOf([...labels, fields.child('type')?.look('name') ?? null]),
      storyPoints: null,
      estimatedHours: null,
      dueDate: null,
      waitingOn: null,
      reporter: personIn(fields.child(...author)),
      assignees: assigneesOf(fields),
      watchers: [],
      labels,
      createdAt: momentIn(fields, created, reading),
      finishedAt: momentIn(fields, closed, reading),
      parent: nameIn(fields.look('parent_issue_url')),
      links: [],
      comments: commentsOf(fields, reading),
    };
  },
};

/** `owner/repository#5` of the address of an issue. */
function nameIn(address: string | null): string | null {
  const [, repository, number] = ISSUE.exec(address ?? '') ?? [];
  return repository === undefined ? null : `${repository}#${number}`;
}

const labelsOf = (fields: Fields): string[] => [
  ...fields.takeList('labels'),
  ...fields.children('labels').flatMap((label) => label.take('name') ?? []),
];

function personIn(user: Fields | null): PersonRef | null {
  const login = user?.take('login');
  if (!user || login === null || login === undefined) return null;
  // `name` is in what gh writes; it may be empty.
  return { name: user.take('name') ?? login, username: usernameOf(login.toLowerCase()) };
}

function assigneesOf(fields: Fields): PersonRef[] {
  const alone = fields.child('assignee');
  const all = fields.children('assignees').flatMap((user) => personIn(user) ?? []);
  const one = personIn(alone);
  return all.length > 0 ? all : one ? [one] : [];
}

const momentIn = (fields: Fields, names: readonly string[], { moments }: Reading): Date | null =>
  fields.read(
    names,
    (text) => moments.at(text),
    'is no ISO 8601 moment',
    (at) => at.toISOString().replace('.000', ''),
  );

/** A number of comments, as the API gives it with an issue, is not them. */
const commentsOf = (fields: Fields, reading: Reading): ImportedComment[] =>
  fields.children('comments').flatMap((comment, nth): ImportedComment[] => {
    const content = comment.take('body');
    const key = comment.look('id') ?? comment.look(...created) ?? String(nth);
    const writer = personIn(comment.child(...author));
    const at = momentIn(comment, created, reading);
    return content === null ? [] : [{ key, author: writer, content, visibility: 'PUBLIC', at }];
  });
