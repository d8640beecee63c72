import { v5 } from 'uuid';
import { limits } from '../../contract/limits.js';
import { TagName } from '../../contract/tag.js';
import { tagKey } from '../../contract/tagKey.js';
import { text } from '../../contract/text.js';
import { titleOf } from '../features/tickets/ticketTable.js';
import { asText, type Entry, type Note } from './fields.js';
import type { ImportedTicket } from './importedTicket.js';

/** An imported ticket within the bounds of Baton's own. */
export interface Draft {
  readonly title: string;
  readonly description: string;
  /** What the description was too long for. */
  readonly overflow: string;
  readonly tags: readonly string[];
  /** What had to be kept as text, and why. */
  readonly kept: readonly Note[];
}

const Title = text(limits.titleLength);
const hasInk = (value: string): boolean => text(Number.MAX_SAFE_INTEGER).safeParse(value).success;

export function draftOf({ title: given, description: whole, externalId, labels }: ImportedTicket): Draft {
  const kept: Note[] = [];
  const trimmed = given.trim();
  if (trimmed.length > limits.titleLength) kept.push({ column: 'Title', value: trimmed, reason: 'is cut off' });
  const [cut = ''] = inParts(trimmed, limits.titleLength);
  const title = Title.safeParse(cut).success ? cut : (titleOf(whole) ?? externalId);
  const [description = '', ...more] = inParts(whole, limits.textLength);
  const labelled = tagsOf(labels);
  kept.push(...labelled.kept);
  return { title, description, overflow: more.join(''), tags: labelled.tags, kept };
}

/** Labels of elsewhere as a ticket's tags. */
export function tagsOf(labels: readonly string[]): Pick<Draft, 'tags' | 'kept'> {
  const kept: Note[] = [];
  const tags = new Map<string, string>();
  for (const label of labels) {
    const { data } = TagName.safeParse(label);
    const isRoomy = tags.size < limits.tagsOfTicket;
    if (data !== undefined && (isRoomy || tags.has(tagKey(data)))) tags.set(tagKey(data), data);
    else kept.push({ column: 'Label', value: label, reason: data === undefined ? 'is no tag' : 'is one tag too many' });
  }
  return { tags: [...tags.values()], kept };
}

/** Pieces of at most that many characters, none of which ends within a sign. */
function inParts(value: string, most: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < value.length; at += parts.at(-1)?.length ?? 1)
    parts.push(value.slice(at, at + most).replace(/(?<=[^])[\uD800-\uDBFF]$/, ''));
  return parts;
}

/** What has no place of its own, as the text of a comment among staff; empty when there is nothing. */
export function restText(title: string, rest: readonly Entry[], kept: readonly Note[]): string {
  const lines = [...rest, ...kept.map(({ column, value }) => [column, value] as const)];
  if (lines.length === 0) return '';
  const said = lines.map(([name, value]) => `${name}: ${asText(value).trim()}`);
  return [`Imported from ${title}. What has no field of its own here:`, '', ...said].join('\n');
}

const NAMESPACE = 'd1bb6f3e-3a52-5f0e-9a37-5b0d1f4d2c11';

/** One text as comments short enough, each with an id that is the same in every run. Parts without a visible sign are none. */
export const commentParts = (source: string, externalId: string, key: string, whole: string) =>
  inParts(whole, limits.textLength)
    .map((content, part) => ({ id: commentPartId(source, externalId, key, part), content }))
    .filter(({ content }) => hasInk(content));

export const commentPartId = (source: string, externalId: string, key: string, part: number): string =>
  v5(JSON.stringify([source, externalId, key, part]), NAMESPACE);
