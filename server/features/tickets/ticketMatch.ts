import type { Ticket } from '../../../contract/ticket.js';
import { fieldTests, type TicketFilter, type TicketTest } from '../../../contract/ticketFilter.js';
import { parseSearch } from '../../db/searchIndex.js';
import { matchesTerms, searchedWords, type SearchedWords } from '../../db/searchMatch.js';

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

/** Whether a ticket is found by a search. */
function searchTest(text: string): TicketTest {
  const terms = parseSearch(text);
  return (ticket) => terms.length > 0 && matchesTerms(terms, wordsOfTicket(ticket));
}

/** The filter as a function: true for exactly the tickets that `filterSql` and the search let through, deleted ones never. */
export function compileFilter(filter: TicketFilter): TicketTest {
  const tests = [...fieldTests(filter), ...(filter.text === undefined ? [] : [searchTest(filter.text)])];
  return (ticket) => {
    if (ticket.deletedAt !== null) return false;
    for (const test of tests) if (!test(ticket)) return false;
    return true;
  };
}
