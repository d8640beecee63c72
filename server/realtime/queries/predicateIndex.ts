import type { Ticket } from '../../../contract/ticket.js';
import { parseSearch } from '../../db/searchIndex.js';
import { wordsOfTicket, type TicketFilter } from '../../features/tickets/ticketMatch.js';

/** So many combinations of a query's values are looked up by; what would make more is left to its predicate. */
const COMBINATIONS = 64;

const attributes = {
  assigneeId: ({ assigneeId }: Ticket) => assigneeId ?? '',
  reporterId: ({ reporterId }: Ticket) => reporterId,
  departmentId: ({ departmentId }: Ticket) => departmentId ?? '',
  requiredSkill: ({ requiredSkillId }: Ticket) => requiredSkillId ?? '',
  status: ({ status }: Ticket): string => status,
  priority: ({ priority }: Ticket): string => priority,
  category: ({ category }: Ticket): string => category,
  type: ({ type }: Ticket): string => type,
};
type Attribute = keyof typeof attributes;

/** The values that a query fixes, by attribute; and a word that its tickets must hold. */
interface Fixed {
  readonly values: ReadonlyMap<Attribute, readonly string[]>;
  readonly word: string | null;
}

/** The queries that fix the same attributes, by their values. */
interface Group<Query> {
  readonly fields: readonly ((ticket: Ticket) => string)[];
  readonly hasWord: boolean;
  readonly byKey: Map<string, Set<Query>>;
}

/**
 * Which queries a ticket may match, without asking each: queries are grouped by the attributes that they fix to a value, and
 * a ticket's own values lead to the few of each group that fix the same. A ticket costs a look-up for each group, of which
 * there are as many as kinds of filters, and a call for each query found.
 */
export class PredicateIndex<Query extends object> {
  private readonly groups = new Map<string, Group<Query>>();
  private readonly placesOf = new Map<Query, { readonly signature: string; readonly keys: readonly string[] }>();

  get size(): number {
    return this.placesOf.size;
  }

  /** `reporterId`: what a customer's scope fixes besides the filter. */
  add(query: Query, filter: TicketFilter, reporterId: string | null): void {
    const { values, word } = fixedBy(filter, reporterId);
    const names = [...values.keys()];
    const signature = [...names, ...(word === null ? [] : ['word'])].join(' ');
    const group = this.groups.get(signature) ?? {
      fields: names.map((name) => attributes[name]),
      hasWord: word !== null,
      byKey: new Map<string, Set<Query>>(),
    };
    this.groups.set(signature, group);
    const keys = combinations([...values.values()]).map((key) => (word === null ? key : `${key}${word}`));
    for (const key of keys) {
      const found = group.byKey.get(key);
      if (found) found.add(query);
      else group.byKey.set(key, new Set([query]));
    }
    this.placesOf.set(query, { signature, keys });
  }

  remove(query: Query): void {
    const places = this.placesOf.get(query);
    const group = places && this.groups.get(places.signature);
    if (!group) return;
    this.placesOf.delete(query);
    for (const key of places.keys) {
      const found = group.byKey.get(key);
      found?.delete(query);
      if (found?.size === 0) group.byKey.delete(key);
    }
    if (group.byKey.size === 0) this.groups.delete(places.signature);
  }

  all(): readonly Query[] {
    return [...this.placesOf.keys()];
  }

  /** Every query that may match one of the images, each once; also some that match none. */
  candidates(images: readonly Ticket[]): ReadonlySet<Query> {
    const found = new Set<Query>();
    for (const group of this.groups.values()) {
      const looked = new Set<string>();
      for (const image of images)
        for (const key of keysOf(group, image)) {
          if (looked.has(key)) continue;
          looked.add(key);
          for (const query of group.byKey.get(key) ?? []) found.add(query);
        }
    }
    return found;
  }
}

function keysOf<Query>({ fields, hasWord }: Group<Query>, image: Ticket): Iterable<string> {
  let key = '';
  for (const field of fields) key += `${field(image)}|`;
  return hasWord ? Array.from(wordsOfTicket(image).distinct, (word) => key + word) : [key];
}

function fixedBy(filter: TicketFilter, reporterId: string | null): Fixed {
  const holder = filter.unassigned ? '' : filter.assigneeId;
  const lists: Record<Attribute, readonly string[] | undefined> = {
    assigneeId: holder === undefined ? undefined : [holder],
    reporterId: one(reporterId ?? filter.reporterId),
    departmentId: one(filter.departmentId),
    requiredSkill: one(filter.requiredSkill),
    status: filter.status,
    priority: filter.priority,
    category: filter.category,
    type: filter.type,
  };
  const fixed = (Object.entries(lists) as [Attribute, readonly string[] | undefined][])
    .flatMap(([name, values]): [Attribute, readonly string[]][] => (values ? [[name, [...new Set(values)]]] : []))
    // The most telling first: what does not fit below the bound any more is left out.
    .toSorted(([, a], [, b]) => a.length - b.length);
  const values = new Map<Attribute, readonly string[]>();
  let count = 1;
  for (const [name, list] of fixed) {
    if (count * list.length > COMBINATIONS) break;
    count *= list.length;
    values.set(name, list);
  }
  return { values: new Map([...values].toSorted(([a], [b]) => (a < b ? -1 : 1))), word: wordOf(filter.text) };
}

const one = (value: string | undefined): readonly string[] | undefined => (value === undefined ? undefined : [value]);

/** The longest whole word of the search: every ticket it finds holds that. */
function wordOf(text: string | undefined): string | null {
  const whole = parseSearch(text ?? '').flatMap(({ words, prefix }) => (prefix ? words.slice(0, -1) : words));
  return whole.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

const combinations = (lists: readonly (readonly string[])[]): string[] =>
  lists.reduce<string[]>((keys, list) => keys.flatMap((key) => list.map((value) => `${key}${value}|`)), ['']);
