import type { Ticket } from '../../../contract/ticket.js';
import { tagKey } from '../../../contract/tagKey.js';
import { parseSearch } from '../../db/searchIndex.js';
import { tagKeysOf, type TicketTest, type TicketFilter } from '../../../contract/ticketFilter.js';
import { compileFilter, wordsOfTicket } from '../../features/tickets/ticketMatch.js';

/** So many combinations of a query's values are looked up by; what would make more is left to its predicate. */
const COMBINATIONS = 64;

/** What a query asks for, and (null: anybody's) whose reports it is narrowed to besides. */
export interface Asked {
  readonly filter: TicketFilter;
  readonly customerId: string | null;
}

/** By which conditions tickets can be looked up, and what a ticket has there as text. */
const attributes = {
  customerId: ({ reporterId }: Ticket) => reporterId,
  assigneeId: ({ assigneeId }: Ticket) => assigneeId ?? '',
  unassigned: ({ assigneeId }: Ticket) => String(assigneeId === null),
  reporterId: ({ reporterId }: Ticket) => reporterId,
  departmentId: ({ departmentId }: Ticket) => departmentId ?? '',
  requiredSkill: ({ requiredSkillId }: Ticket) => requiredSkillId ?? '',
  status: ({ status }: Ticket): string => status,
  priority: ({ priority }: Ticket): string => priority,
  category: ({ category }: Ticket): string => category,
  type: ({ type }: Ticket): string => type,
};
type Attribute = keyof typeof attributes;
const attributeNames = Object.keys(attributes) as Attribute[];

/** The queries that fix the same attributes, by their values. */
interface Group<Query> {
  readonly fields: readonly ((ticket: Ticket) => string)[];
  readonly hasTag: boolean;
  readonly hasWord: boolean;
  readonly byKey: Map<string, Place<Query>[]>;
}
interface Place<Query> {
  readonly query: Query;
  /** Of the conditions those that are not proved by being found. */
  readonly matches: TicketTest;
  readonly signature: string;
  readonly keys: readonly string[];
}

/**
 * Which queries a ticket matches, without asking each: queries are grouped by the attributes that they fix to a value, and
 * a ticket's own values lead to those of each group that fix the same. A ticket costs a look-up for each group, of which
 * there are as many as kinds of filters, and for each query found a call that decides the rest of its filter.
 */
export class PredicateIndex<Query extends object> {
  private readonly groups = new Map<string, Group<Query>>();
  private readonly places = new Map<Query, Place<Query>>();
  /** What all ask whose whole filter is fixed. */
  private readonly nothingElse: TicketTest;

  constructor(private readonly compile = compileFilter) {
    this.nothingElse = compile({});
  }

  get size(): number {
    return this.places.size;
  }

  add(query: Query, asked: Asked): void {
    const fixed = fixedBy(asked);
    const word = wordOf(asked.filter.text);
    const tag = asked.filter.tag === undefined ? null : tagKey(asked.filter.tag);
    const names = attributeNames.filter((name) => fixed.has(name));
    const signature = [...names, ...(tag === null ? [] : ['tag']), ...(word === null ? [] : ['word'])].join(' ');
    const group = this.groups.get(signature) ?? {
      fields: names.map((name) => attributes[name]),
      hasTag: tag !== null,
      hasWord: word !== null,
      byKey: new Map<string, Place<Query>[]>(),
    };
    this.groups.set(signature, group);
    const rest = Object.entries(asked.filter).filter(([field]) => field !== 'tag' && !fixed.has(field as Attribute));
    const matches = rest.length === 0 ? this.nothingElse : this.compile(Object.fromEntries(rest));
    const keys = combinations(names.map((name) => fixed.get(name) ?? [])).map(
      (key) => key + (tag === null ? '' : `${tag}|`) + (word ?? ''),
    );
    const place = { query, matches, signature, keys };
    for (const key of keys) {
      const found = group.byKey.get(key);
      if (found) found.push(place);
      else group.byKey.set(key, [place]);
    }
    this.places.set(query, place);
  }

  remove(query: Query): void {
    const place = this.places.get(query);
    const group = place && this.groups.get(place.signature);
    if (!group) return;
    this.places.delete(query);
    for (const key of place.keys) {
      const found = group.byKey.get(key) ?? [];
      const last = found.pop();
      if (last && last !== place) found[found.indexOf(place)] = last;
      if (found.length === 0) group.byKey.delete(key);
    }
    if (group.byKey.size === 0) this.groups.delete(place.signature);
  }

  /** All queries that the ticket matches, each once: it is in one group, and there under no two of a ticket's keys. */
  matching(ticket: Ticket): readonly Query[] {
    const found: Query[] = [];
    for (const group of this.groups.values())
      for (const key of keysOf(group, ticket))
        for (const { query, matches } of group.byKey.get(key) ?? nobody) if (matches(ticket)) found.push(query);
    return found;
  }
}

const nobody: readonly never[] = [];

function keysOf<Query>({ fields, hasTag, hasWord }: Group<Query>, ticket: Ticket): readonly string[] {
  let key = '';
  for (const field of fields) key += `${field(ticket)}|`;
  // Whatever stands in a tag: behind it, a word holds no such stroke.
  const keys = hasTag ? tagKeysOf(ticket).map((tag) => `${key}${tag}|`) : [key];
  return hasWord ? keys.flatMap((begun) => Array.from(wordsOfTicket(ticket).distinct, (word) => begun + word)) : keys;
}

/** The values that each attribute may have. */
function fixedBy({ filter, customerId }: Asked): ReadonlyMap<Attribute, readonly string[]> {
  const wanted: Partial<Record<Attribute, unknown>> = { ...filter, customerId: customerId ?? undefined };
  const lists = attributeNames
    .filter((name) => wanted[name] !== undefined)
    .map((name) => [name, [...new Set([wanted[name]].flat().map(String))]] as const)
    // The most telling first: what does not fit below the bound any more is left out.
    .toSorted(([, a], [, b]) => a.length - b.length);
  const fixed = new Map<Attribute, readonly string[]>();
  let count = 1;
  for (const [name, values] of lists) {
    if (count * values.length > COMBINATIONS) break;
    count *= values.length;
    fixed.set(name, values);
  }
  return fixed;
}

/** The longest whole word of the search: every ticket it finds holds that. */
function wordOf(text: string | undefined): string | null {
  const whole = parseSearch(text ?? '').flatMap(({ words, prefix }) => (prefix ? words.slice(0, -1) : words));
  return whole.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

const combinations = (lists: readonly (readonly string[])[]): string[] =>
  lists.reduce<string[]>((keys, list) => keys.flatMap((key) => list.map((value) => `${key}${value}|`)), ['']);
