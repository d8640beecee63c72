/** What a search can be narrowed by, as `name:value`. */
export const qualifierNames = [
  'status',
  'priority',
  'category',
  'type',
  'project',
  'assignee',
  'reporter',
  'department',
  'skill',
  'tag',
  'sla',
  'due',
  'updated',
] as const;
export type QualifierName = (typeof qualifierNames)[number];

/** `name:value`, `name:"a value"` or `name:one,other`; several of one name mean any of them. */
export interface Qualifier {
  readonly name: QualifierName;
  readonly values: readonly string[];
}
export interface SearchQuery {
  /** All that is looked for: words, `"phrases"` and `prefixes*`. */
  readonly words: string;
  readonly qualifiers: readonly Qualifier[];
}

const PIECES = /"[^"]*"\*?|([a-z]+):(?:"([^"]*)"|([^\s"]+))|\S+/giu;
const names: ReadonlySet<string> = new Set(qualifierNames);
const isName = (word: string): word is QualifierName => names.has(word);

/** `status:open assignee:me "exact phrase" prefix*`. What is before a colon and names nothing is looked for like any word. */
export function parseSearchQuery(text: string): SearchQuery {
  const found = new Map<QualifierName, string[]>();
  const words: string[] = [];
  for (const [piece, before, quoted, bare = ''] of text.matchAll(PIECES)) {
    const name = (before ?? '').toLowerCase();
    const values = quoted === undefined ? bare.split(',').filter(Boolean) : [quoted];
    if (isName(name) && values.length > 0) found.set(name, [...(found.get(name) ?? []), ...values]);
    else words.push(piece);
  }
  return { words: words.join(' '), qualifiers: [...found].map(([name, values]) => ({ name, values })) };
}
