import { tagKey } from '../../../contract/tagKey.js';

const keyOf = (tag: string) => tagKey(tag.normalize('NFC').trim());

/** As the server will have them: sorted, each once, whatever its case. */
export function withTags(tags: readonly string[], added: readonly string[]): string[] {
  const known = new Map(tags.map((tag) => [keyOf(tag), tag]));
  for (const tag of added) if (!known.has(keyOf(tag))) known.set(keyOf(tag), tag.trim());
  return [...known.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export const withoutTag = (tags: readonly string[], gone: string): string[] =>
  tags.filter((tag) => keyOf(tag) !== keyOf(gone));
