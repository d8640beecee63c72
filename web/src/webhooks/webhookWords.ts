import type { Delivery, DeliveryStatus, ProjectEventType, Webhook } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';

/** What can be told, as people choose of it; an event that is new does not compile until it stands here. */
const toldBy = {
  Tickets: {
    'ticket.created': 'created',
    'ticket.updated': 'changed',
    'ticket.deleted': 'deleted',
    'ticket.restored': 'restored',
    'ticket.moved': 'gone to another project',
    'ticket.arrived': 'come from another project',
    'ticket.linked': 'linked',
    'ticket.unlinked': 'unlinked',
    'ticket.merged': 'merged',
    'ticket.unmerged': 'unmerged',
    'ticket.slaWarned': 'soon late',
    'ticket.slaBreached': 'late',
  },
  Assignments: {
    'ticket.assigned': 'given to somebody',
    'ticket.unassigned': 'taken from somebody',
    'assignment.proposed': 'proposed',
    'assignment.approved': 'approved',
    'assignment.rejected': 'rejected',
    'assignment.withdrawn': 'withdrawn',
  },
  Comments: { 'comment.created': 'written', 'comment.updated': 'changed', 'comment.deleted': 'deleted' },
  Conversations: {
    'conversation.created': 'begun',
    'conversation.updated': 'changed',
    'conversation.archived': 'archived',
    'message.posted': 'message written',
    'message.updated': 'message changed',
    'message.deleted': 'message deleted',
  },
  Files: { 'attachment.added': 'added', 'attachment.removed': 'removed' },
  Project: {
    'project.created': 'created',
    'project.updated': 'changed',
    'project.archived': 'archived',
    'member.added': 'member added',
    'member.updated': 'member changed',
    'member.removed': 'member removed',
    'rule.created': 'rule made',
    'rule.updated': 'rule changed',
    'rule.deleted': 'rule deleted',
    'webhook.disabled': 'webhook turned off',
  },
  Validations: {
    'validation.updated': 'changed',
    'discrepancy.found': 'discrepancies found',
    'discrepancy.updated': 'discrepancies decided on',
  },
} as const;

type Told = { [Group in keyof typeof toldBy]: keyof (typeof toldBy)[Group] }[keyof typeof toldBy];
type Missing = Exclude<ProjectEventType, Told>;
const isWhole: [Missing] extends [never] ? true : Missing = true;

export interface ToldGroup {
  readonly name: string;
  readonly types: readonly { readonly type: ProjectEventType; readonly name: string }[];
}

export const toldGroups: readonly ToldGroup[] = isWhole
  ? Object.entries(toldBy).map(([name, types]) => ({
      name,
      types: Object.entries(types).map(([type, word]) => ({ type: type as ProjectEventType, name: word })),
    }))
  : [];

/** "ticket.created", "ticket.created and 4 more". */
export const toldText = ({ eventTypes: [first = 'everything', ...others] }: Pick<Webhook, 'eventTypes'>): string =>
  others.length === 0 ? first : `${first} and ${others.length} more`;

export interface HookState {
  readonly look: 'on' | 'off' | 'failing' | 'stopped';
  readonly word: string;
  /** What it means, where that is not plain. */
  readonly why: string | null;
}

const stopped = {
  FAILING: 'Baton turned it off: nothing had got through to it for five days.',
  GONE: 'Baton turned it off: the receiver answered 410, which says that it is gone for good.',
} as const;
const LATER = 'What waits goes on once it is on again; what happens meanwhile is not kept.';

/** How a webhook does, and why, to whoever may change that. */
export function stateOf(webhook: Pick<Webhook, 'active' | 'disabledReason' | 'failingSince'>): HookState {
  const { active, disabledReason, failingSince } = webhook;
  if (disabledReason !== null)
    return { look: 'stopped', word: 'Turned off', why: `${stopped[disabledReason]} ${LATER}` };
  if (!active) return { look: 'off', word: 'Off', why: `Somebody turned it off. ${LATER}` };
  if (failingSince === null) return { look: 'on', word: 'On', why: null };
  const since = formatMoment(failingSince);
  return {
    look: 'failing',
    word: 'Failing',
    why: `Nothing has got through since ${since}. It is tried again and again.`,
  };
}

export const deliveryNames: Readonly<Record<DeliveryStatus, string>> = {
  PENDING: 'Waits',
  DELIVERED: 'Delivered',
  FAILED: 'Given up',
  CANCELLED: 'Not told',
};

/** What the receiver said to the last attempt: "200 in 12 ms", "no answer: …", or nothing yet. */
export function answerText({ attemptedAt, responseStatus, durationMs, error }: Delivery): string {
  if (attemptedAt === null) return 'not sent yet';
  const time = durationMs === null ? '' : ` in ${durationMs} ms`;
  if (responseStatus === null) return `no answer${error === null ? '' : `: ${error}`}`;
  return `${responseStatus}${time}`;
}

/** JSON as people read it; what is none, as it is. */
export function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
