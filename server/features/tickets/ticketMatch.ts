import type { Ticket } from '../../../contract/ticket.js';
import type { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { NO_DUE_DATE } from '../../../contract/ticketOrder.js';
import { parseSearch } from '../../db/searchIndex.js';
import { matchesTerms, searchedWords, type SearchedWords } from '../../db/searchMatch.js';

/** What a list and a live query are narrowed by, besides the order. */
export type TicketFilter = Omit<ListTicketsInput, 'projectId' | 'sort' | 'limit' | 'cursor'>;
export type Predicate = (ticket: Ticket) => boolean;

interface Split {
  readonly title: string;
  readonly description: string;
  readonly words: SearchedWords;
}
const nothing: Split = { title: '', description: '', words: searchedWords('', '') };
/** Of the two texts that were asked for last: what a ticket was and what it became. */
let lastSplits: readonly [Split, Split] = [nothing, nothing];

/** The words of a ticket. The same few images are asked for again and again, by the index and by each query that it finds. */
export function wordsOfTicket({ title, description }: Pick<Ticket, 'title' | 'description'>): SearchedWords {
  const known = lastSplits.find((split) => split.title === title && split.description === description);
  if (known) return known.words;
  const made = { title, description, words: searchedWords(title, description) };
  lastSplits = [lastSplits[1], made];
  return made.words;
}

let lastMoment = { text: '', ms: Number.NaN };
/** One moment is asked for by many queries in a row. */
function millisecondsOf(text: string): number {
  if (text !== lastMoment.text) lastMoment = { text, ms: Date.parse(text) };
  return lastMoment.ms;
}

type Conditions = { readonly [Field in keyof TicketFilter]-?: (wanted: NonNullable<TicketFilter[Field]>) => Predicate };

const oneOf =
  <Word extends string>(field: (ticket: Ticket) => Word) =>
  (words: readonly Word[]): Predicate =>
  (ticket) =>
    words.includes(field(ticket));
const equal =
  (field: (ticket: Ticket) => string | null) =>
  (wanted: string): Predicate =>
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
  dueBefore:
    (day) =>
    ({ dueDate }) =>
      (dueDate ?? NO_DUE_DATE) < day,
  updatedAfter: (moment) => {
    const after = Date.parse(moment);
    return ({ updatedAt }) => millisecondsOf(updatedAt) > after;
  },
  text: (text) => {
    const terms = parseSearch(text);
    return (ticket) => terms.length > 0 && matchesTerms(terms, wordsOfTicket(ticket));
  },
};

/** The filter as a function: true for exactly the tickets that `filterSql` and the search let through, deleted ones never. */
export function compileFilter(filter: TicketFilter): Predicate {
  const tests = (Object.keys(conditions) as (keyof TicketFilter)[]).flatMap((field) => {
    const wanted = filter[field];
    return wanted === undefined ? [] : [(conditions[field] as (wanted: unknown) => Predicate)(wanted)];
  });
  return (ticket) => {
    if (ticket.deletedAt !== null) return false;
    for (const test of tests) if (!test(ticket)) return false;
    return true;
  };
}
