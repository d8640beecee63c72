import type { Category, Priority, TicketStatus } from '../../contract/ticket.js';
import type { z } from 'zod';
import type { Fields } from './fields.js';
import type { ImportedTicket, PersonRef } from './importedTicket.js';
import { meaning, wordTable, type Moments } from './values.js';

export type CategoryName = z.infer<typeof Category>;

/** What was gathered from the whole file before its records are read. */
export interface Known {
  /** What a record is also called by others → its external id. */
  readonly aliases: Map<string, string>;
  /** People that stand beside the records, by their id there. */
  readonly people: Map<string, PersonRef>;
}

export interface Reading extends Known {
  readonly moments: Moments;
  /** What a word of this export means; undefined: nobody has said. */
  status(word: string): TicketStatus | undefined;
  priority(word: string): Priority | undefined;
}

/** One kind of export: how its records look, and what they say. */
export interface Tracker {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly format: 'csv' | 'json';
  /** What there must be, each under one of its names. */
  readonly required: readonly (readonly string[])[];
  /** Lists of a JSON document that hold records; other lists that help to read them. */
  readonly lists?: { readonly records: readonly string[]; readonly beside: readonly string[] };
  /** Cells carry an apostrophe where a spreadsheet would see a formula. */
  readonly isGuarded?: boolean;
  /** Empty cells at the end of a row may be missing. */
  readonly endsShort?: boolean;
  readonly formats: readonly string[];
  /** Words, in any case, by what they mean. */
  readonly statuses: Readonly<Record<string, TicketStatus>>;
  readonly priorities: Readonly<Record<string, Priority>>;
  /** Null: the record is no ticket, and why. */
  skips?(fields: Fields): string | null;
  /** The id by which the record is known; null: it has none. Looks only. */
  idOf(fields: Fields): string | null;
  /** Gathers what helps to read others. */
  survey?(fields: Fields, known: Known): void;
  /** The same for an object of a list beside the records. */
  surveyBeside?(list: string, fields: Fields, known: Known): void;
  /** Takes the record apart. What it leaves in `fields` is kept as text. */
  read(fields: Fields, externalId: string, reading: Reading): ImportedTicket;
}

const categories = wordTable<CategoryName>({
  ...meaning('BUG_REPORT', 'bug', 'defect', 'fault', 'incident', 'problem', 'type: bug', 'type::bug', 'kind/bug'),
  ...meaning('FEATURE_REQUEST', 'feature', 'feature request', 'new feature', 'enhancement', 'improvement'),
  ...meaning('FEATURE_REQUEST', 'story', 'user story', 'epic', 'type: feature', 'type::feature', 'kind/feature'),
  ...meaning('BILLING', 'billing', 'invoice', 'payment'),
  ...meaning('TECHNICAL', 'technical', 'support', 'technical support'),
});

/** The first of these words that says what kind of request it is. */
export function categoryOf(words: readonly (string | null)[]): CategoryName {
  for (const word of words) {
    const category = categories(word ?? '');
    if (category) return category;
  }
  return 'GENERAL';
}

/** `priority: high`, `priority::1`, `P1` among labels. */
export function priorityOfLabels(labels: readonly string[], reading: Reading): Priority | undefined {
  for (const label of labels) {
    const [, word = label] = /^priority\s*(?:::|[:/=-])?\s*(.+)$/i.exec(label) ?? [];
    const priority = word === label && !/^p[0-4]$/i.test(label) ? undefined : reading.priority(word);
    if (priority) return priority;
  }
  return undefined;
}

/** The words for priorities that labels use. */
export const labelPriorities: Readonly<Record<string, Priority>> = {
  ...meaning('URGENT', 'p0', 'p1', '1', 'critical', 'urgent'),
  ...meaning('HIGH', 'p2', '2', 'high'),
  ...meaning('MEDIUM', 'p3', '3', 'medium', 'normal'),
  ...meaning('LOW', 'p4', '4', 'low'),
};

/** A status or priority by its word, which is left over; one that nobody has given a meaning is noted. */
export function meaningOf<Value>(
  fields: Fields,
  names: readonly string[],
  known: (word: string) => Value | undefined,
  fallback: Value,
): Value {
  const reason = `has no meaning here: ${String(fallback)} is taken. Give it one in a mapping file`;
  return fields.read(names, known, reason) ?? fallback;
}
