import { slaKinds } from './enums.js';
import { slaStateOf } from './slaState.js';
import type { Ticket } from './ticket.js';
import type { ListTicketsInput } from './ticketInputs.js';
import { tagKey } from './tagKey.js';
import { NO_DUE_DATE } from './ticketOrder.js';
import type { SlaState } from './ticketSla.js';

/** What a list and a live query are narrowed by, besides the order. */
export type TicketFilter = Omit<ListTicketsInput, 'projectId' | 'sort' | 'limit' | 'cursor'>;
export type TicketTest = (ticket: Ticket) => boolean;

let lastMoment = { text: '', ms: Number.NaN };
/** One moment is asked for by many queries in a row. */
function millisecondsOf(text: string): number {
  if (text !== lastMoment.text) lastMoment = { text, ms: Date.parse(text) };
  return lastMoment.ms;
}

/** What a ticket's tags are compared by. Events that were written before there were tags tell of none. */
export const tagKeysOf = ({ tags = [] }: { readonly tags?: readonly string[] }): string[] => tags.map(tagKey);

/** How a ticket's promises stand. Events that were written before there were any tell of none. */
const slaStatesOf = ({ sla }: { readonly sla?: Ticket['sla'] }): SlaState[] =>
  slaKinds.flatMap((kind) => {
    const clock = sla?.[kind];
    return clock ? [slaStateOf(clock)] : [];
  });

type Conditions = {
  readonly [Field in Exclude<keyof TicketFilter, 'text'>]-?: (wanted: NonNullable<TicketFilter[Field]>) => TicketTest;
};

const oneOf =
  <Word extends string>(field: (ticket: Ticket) => Word) =>
  (words: readonly Word[]): TicketTest =>
  (ticket) =>
    words.includes(field(ticket));
const equal =
  (field: (ticket: Ticket) => string | null) =>
  (wanted: string): TicketTest =>
  (ticket) =>
    field(ticket) === wanted;

const conditions: Conditions = {
  type: oneOf(({ type }) => type),
  status: oneOf(({ status }) => status),
  priority: oneOf(({ priority }) => priority),
  category: oneOf(({ category }) => category),
  assigneeId: equal(({ assigneeId }) => assigneeId),
  unassigned:
    (wanted) =>
    ({ assigneeId }) =>
      (assigneeId === null) === wanted,
  reporterId: equal(({ reporterId }) => reporterId),
  departmentId: equal(({ departmentId }) => departmentId),
  requiredSkill: equal(({ requiredSkillId }) => requiredSkillId),
  tag: (wanted) => {
    const key = tagKey(wanted);
    return (ticket) => tagKeysOf(ticket).includes(key);
  },
  dueBefore:
    (day) =>
    ({ dueDate }) =>
      (dueDate ?? NO_DUE_DATE) < day,
  updatedAfter: (moment) => {
    const after = Date.parse(moment);
    return ({ updatedAt }) => millisecondsOf(updatedAt) > after;
  },
  customFields: (wanted) => {
    const values = Object.entries(wanted);
    return ({ customFields }) =>
      values.every(([key, value]) => Object.hasOwn(customFields, key) && customFields[key] === value);
  },
  sla: (states) => (ticket) => slaStatesOf(ticket).some((state) => states.includes(state)),
};

/** All that a filter says of a ticket's fields, one test each; not what it searches for. A deleted ticket passes as any other. */
export const fieldTests = (filter: Omit<TicketFilter, 'text'>): TicketTest[] =>
  (Object.keys(conditions) as (keyof Conditions)[]).flatMap((field) => {
    const wanted = filter[field];
    return wanted === undefined ? [] : [(conditions[field] as (wanted: unknown) => TicketTest)(wanted)];
  });
