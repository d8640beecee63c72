import { categoryNames, priorityNames, statusNames, waitingNames } from '../model.js';
import type { RuleAction, RuleGroup, RuleTest, RuleTrigger, WorkflowRule } from '../sdk.js';

/** People, skills and departments are said by their names where they are known. */
export type NameOf = (id: string) => string | undefined;

type EventType = Extract<RuleTrigger, { kind: 'EVENT' }>['types'][number];
export const eventWords: Readonly<Record<EventType, string>> = {
  'ticket.created': 'a ticket is created',
  'ticket.updated': 'a ticket is changed',
  'ticket.assigned': 'a ticket is assigned',
  'ticket.unassigned': 'a ticket is given up',
  'ticket.restored': 'a ticket is restored',
  'ticket.arrived': 'a ticket comes from another project',
  'ticket.slaWarned': 'a promise is soon due',
  'ticket.slaBreached': 'a promise is broken',
  'comment.created': 'somebody comments',
  'attachment.added': 'a file is attached',
};

const fieldWords: Readonly<Record<string, string>> = {
  type: 'the type',
  assignmentState: 'the assignment',
  actor: 'who did it',
  commentVisibility: 'the comment',
  assigneeId: 'the assignee',
  reporterId: 'the reporter',
  departmentId: 'the department',
  requiredSkillId: 'the skill',
  comment: 'what was said',
  storyPoints: 'the story points',
  estimatedHours: 'the estimate',
  dueDate: 'the due date',
  waitingOn: 'what it waits for',
  createdAt: 'its making',
  updatedAt: 'its last change',
  firstResponseAt: 'the first response',
  resolvedAt: 'its solution',
};
const valueWords: Readonly<Record<string, string>> = {
  ...statusNames,
  ...priorityNames,
  ...categoryNames,
  ...waitingNames,
};

const listed = (parts: readonly string[], word: string): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;

const fieldOf = (field: string): string =>
  field.startsWith('customFields.') ? field.slice('customFields.'.length) : (fieldWords[field] ?? `the ${field}`);

export function ruleSentence(rule: Pick<WorkflowRule, 'trigger' | 'conditions' | 'actions'>, nameOf: NameOf): string {
  const said = (value: unknown): string => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return value === null ? 'nothing' : (valueWords[text] ?? nameOf(text) ?? `“${text}”`);
  };
  const any = (value: unknown, word = 'or') => listed((Array.isArray(value) ? value : [value]).map(said), word);
  const [when, then] = [
    whenOf(rule.trigger),
    listed(
      rule.actions.map((action) => actionWords(action, said)),
      'and',
    ),
  ];
  const condition = groupWords(rule.conditions, any);
  return `${when}${condition && ` and ${condition}`}, ${then}.`;
}

const whenOf = (trigger: RuleTrigger): string => {
  if (trigger.kind === 'EVENT')
    return `When ${listed(
      trigger.types.map((type) => eventWords[type]),
      'or',
    )}`;
  const over = trigger.over === 'TICKETS' ? ', for each ticket' : '';
  return `At ${trigger.cron} (${trigger.timezone})${over}`;
};

type Any = (value: unknown, word?: string) => string;

function groupWords({ match, of }: RuleGroup, any: Any): string {
  const parts = of.map((one) => ('match' in one ? `(${groupWords(one, any)})` : testWords(one, any)));
  return listed(parts, match === 'ALL' ? 'and' : 'or');
}

function testWords({ field, op, value }: RuleTest, any: Any): string {
  const name = fieldOf(field);
  const asked = JSON.stringify(value);
  const { from, to } = (value ?? {}) as { from?: unknown[]; to?: unknown[] };
  const words: Readonly<Record<RuleTest['op'], () => string>> = {
    IS: () => `${name} is ${any(value)}`,
    IS_NOT: () => `${name} is not ${any(value)}`,
    EMPTY: () => `there is no ${name.replace(/^(the|its) /, '')}`,
    NOT_EMPTY: () => `there is ${name}`,
    CHANGED: () => `${name} changes${from ? ` from ${any(from)}` : ''}${to ? ` to ${any(to)}` : ''}`,
    CONTAINS: () => `${name} contains ${any(value)}`,
    STARTS_WITH: () => `${name} begins with ${any(value)}`,
    LESS: () => `${name} is less than ${asked}`,
    MORE: () => `${name} is more than ${asked}`,
    WITHIN_DAYS: () => `${name} is within ${asked} days`,
    OLDER_HOURS: () => `${name} is more than ${asked} hours ago`,
    YOUNGER_HOURS: () => `${name} is less than ${asked} hours ago`,
  };
  return words[op]();
}

type ActionWords = {
  readonly [Kind in RuleAction['kind']]: (
    action: Extract<RuleAction, { kind: Kind }>,
    said: (value: unknown) => string,
  ) => string;
};
const actions: ActionWords = {
  SET: ({ patch }, said) =>
    `set ${listed(
      Object.entries(patch).map(
        ([field, value]) =>
          `${fieldOf(field)} to ${typeof value === 'object' && value ? JSON.stringify(value) : said(value)}`,
      ),
      'and',
    )}`,
  DUE_IN: ({ days }) => `make it due in ${days} days`,
  ASSIGN: ({ to }, said) => {
    if (to.strategy === 'PERSON') return `assign it to ${said(to.userId)}`;
    return to.strategy === 'LEAST_LOADED' ? 'assign it to who has the least to do' : 'assign it to one after the other';
  },
  UNASSIGN: () => 'take it from whoever has it',
  TAG: ({ tags }) =>
    `tag it ${listed(
      tags.map((tag) => `“${tag}”`),
      'and',
    )}`,
  UNTAG: ({ tags }) =>
    `take off the tag ${listed(
      tags.map((tag) => `“${tag}”`),
      'and',
    )}`,
  WEBHOOK: () => 'call a webhook',
  COMMENT: ({ content, visibility }) => `${visibility === 'PUBLIC' ? 'answer' : 'note'} “${content}”`,
  NOTIFY: ({ note, people = [], assignees, watchers }, said) => {
    const whom = [...people.map(said), ...(assignees ? ['who has it'] : []), ...(watchers ? ['who watches it'] : [])];
    return `tell ${listed(whom, 'and')} “${note}”`;
  },
  OPEN_TICKET: ({ title }) => `open the ticket “${title}”`,
};
function actionWords<Kind extends RuleAction['kind']>(
  action: Extract<RuleAction, { kind: Kind }>,
  said: (value: unknown) => string,
): string {
  // A newer server may do what this board has no words for.
  const known: ActionWords[Kind] | undefined = actions[action.kind];
  return known ? known(action, said) : 'do something new';
}
