import { isDeepStrictEqual } from 'node:util';
import type { QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { canonicalJson } from '../../../server/kernel/canonicalJson.js';

const texts = new WeakMap<Ticket, string>();

/** Tickets are never changed, only replaced: each is turned into text once, however many states it is in. */
function textOf(ticket: Ticket): string {
  const known = texts.get(ticket);
  if (known !== undefined) return known;
  const made = canonicalJson(ticket);
  texts.set(ticket, made);
  return made;
}

export interface Answer {
  readonly items: readonly Ticket[];
  readonly counts: QueryCounts;
}

/** The same rows with the same fields, in the same order, and the same counts. */
export const isSameAnswer = (a: Answer, b: Answer): boolean =>
  a.items.length === b.items.length &&
  a.items.every((ticket, nth) => {
    const other = b.items[nth];
    return other !== undefined && (ticket === other || textOf(ticket) === textOf(other));
  }) &&
  isDeepStrictEqual(a.counts, b.counts);

const brief = ({ id, version, status, projectId }: Ticket): string => `${id}@${version} ${status} in ${projectId}`;

/** In words, where they part. */
export function difference(held: Answer, expected: Answer): string {
  const nth = expected.items.findIndex((ticket, at) => {
    const other = held.items[at];
    return !other || textOf(other) !== textOf(ticket);
  });
  const [has, wants] = [held.items[nth], expected.items[nth]];
  const row =
    nth < 0
      ? 'no row of those'
      : `row ${nth}: ${has ? brief(has) : 'none'} instead of ${wants ? brief(wants) : 'none'}`;
  return `${held.items.length} rows for ${expected.items.length}; ${row}; ${JSON.stringify(held.counts)} for ${JSON.stringify(expected.counts)}`;
}
