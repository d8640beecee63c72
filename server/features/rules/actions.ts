import { tagKey } from '../../../contract/tagKey.js';
import type { RuleAction } from '../../../contract/rule.js';
import { AppError } from '../../kernel/errors.js';
import { definedOnly } from '../definedOnly.js';
import { patched } from '../tickets/patched.js';
import { planChange, type TicketChange, type TicketState } from '../tickets/ticketPlan.js';
import { tagsTogether, tagsWithout } from '../tickets/ticketTags.js';
import type { Acting, Effect } from './acting.js';
import { chooseHolder } from './chooseHolder.js';

type Step =
  | { readonly result: 'DONE'; readonly effect: Effect }
  | { readonly result: 'NOTHING' }
  | { readonly result: 'REFUSED'; readonly why: string };

type Planners = {
  readonly [Kind in RuleAction['kind']]: (
    action: Extract<RuleAction, { kind: Kind }>,
    acting: Acting,
    state: TicketState,
  ) => Step;
};

const NOTHING: Step = { result: 'NOTHING' };
const refused = (why: string): Step => ({ result: 'REFUSED', why });
const done = (effect: Effect): Step => ({ result: 'DONE', effect });
const DAY_MS = 86_400_000;

function change({ actor, at }: Acting, state: TicketState, asked: TicketChange): Step {
  const plan = planChange(state, asked, actor, at);
  return plan ? done({ kind: 'CHANGE', plan }) : NOTHING;
}
const update = (acting: Acting, state: TicketState, patch: TicketChange['patch']): Step =>
  change(acting, state, { event: 'ticket.updated', ...(patch && { patch }) });

/** `{key}` and `{title}` of the ticket. */
const filledIn = (text: string, { row }: TicketState): string =>
  text.replaceAll(/\{(key|title)\}/g, (_, name: 'key' | 'title') => row[name]);

const planners: Planners = {
  SET: ({ patch }, acting, state) => update(acting, state, patched(state.row, definedOnly(patch), acting.know.fields)),
  DUE_IN: ({ days }, acting, state) =>
    update(acting, state, { dueDate: new Date(acting.at.getTime() + days * DAY_MS).toISOString().slice(0, 10) }),
  ASSIGN: (action, acting, state) => {
    if (state.row.status === 'CLOSED') return refused('The ticket is closed.');
    if (state.spans.length > 0 && !action.replace) return NOTHING;
    const holder = chooseHolder(action.to, acting, state);
    if (!holder) return refused('Nobody of the project can be given it.');
    const present = state.spans.find(({ assigneeId }) => assigneeId === holder.userId);
    if (present && state.spans.length === 1) return NOTHING;
    const primary = state.spans.find(({ isPrimary }) => isPrimary);
    return change(acting, state, {
      event: 'ticket.assigned',
      ends: state.spans.map((span) => ({ span, status: 'REMOVED', reason: null })),
      start: {
        assigneeId: holder.userId,
        assigneeName: holder.name,
        type: 'RULE',
        reason: null,
        primary: true,
        ...(primary && { replaces: primary }),
      },
    });
  },
  UNASSIGN: (_, acting, state) =>
    state.spans.length === 0
      ? NOTHING
      : change(acting, state, {
          event: 'ticket.unassigned',
          ends: state.spans.map((span) => ({ span, status: 'REMOVED', reason: null })),
        }),
  TAG: ({ tags }, acting, state) => {
    const names = tags.map((tag) => acting.know.tagNames.get(tagKey(tag)) ?? tag);
    const has = new Set(state.row.tags.map(tagKey));
    const come = names.filter((name) => !has.has(tagKey(name)));
    return update(acting, state, { tags: tagsTogether(state.row.tags, come) });
  },
  UNTAG: ({ tags }, acting, state) => update(acting, state, { tags: tagsWithout(state.row.tags, tags) }),
  COMMENT: ({ content, visibility }, _, state) =>
    done({ kind: 'COMMENT', content: filledIn(content, state), visibility }),
  NOTIFY: ({ note, people = [], assignees, watchers }, { know }, state) => {
    const told = [
      ...people,
      ...(assignees ? state.spans.map(({ assigneeId }) => assigneeId) : []),
      ...(watchers ? know.watchers : []),
    ];
    return told.length === 0
      ? NOTHING
      : done({ kind: 'NOTIFY', people: [...new Set(told)], note: filledIn(note, state) });
  },
  WEBHOOK: ({ webhookId }, { know }) =>
    know.webhooks.has(webhookId) ? done({ kind: 'SEND', webhookId }) : refused('The webhook is off.'),
  OPEN_TICKET: (draft, _, state) =>
    done({
      kind: 'OPEN',
      draft: { ...draft, title: filledIn(draft.title, state), description: filledIn(draft.description, state) },
    }),
};

/** What an action comes to. Without a ticket tickets can be opened, and nothing else. */
export function planAction(action: RuleAction, acting: Acting): Step {
  const { state } = acting.situation;
  if (!state)
    return action.kind === 'OPEN_TICKET' ? done({ kind: 'OPEN', draft: action }) : refused('There is no ticket.');
  const plan = planners[action.kind] as (action: RuleAction, acting: Acting, state: TicketState) => Step;
  try {
    return plan(action, acting, state);
  } catch (error) {
    if (error instanceof AppError) return refused(error.message);
    throw error;
  }
}
