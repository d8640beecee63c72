import type { Term } from './searchIndex.js';
import { searchWords } from './searchText.js';

/** A text's words as the indexes hold them: a phrase never reaches from the title into the body. */
export interface SearchedWords {
  readonly title: readonly string[];
  readonly body: readonly string[];
  readonly distinct: ReadonlySet<string>;
}

export function searchedWords(title: string, body: string): SearchedWords {
  const words = { title: searchWords(title), body: searchWords(body) };
  return { ...words, distinct: new Set([...words.title, ...words.body]) };
}

/** Whether all terms are found, as `searchSql` decides it. */
export const matchesTerms = (terms: readonly Term[], { title, body, distinct }: SearchedWords): boolean =>
  terms.every(({ words, prefix }) => {
    const [first = ''] = words;
    if (!prefix && !distinct.has(first)) return false;
    if (!prefix && words.length === 1) return true;
    return holdsTerm(title, { words, prefix }) || holdsTerm(body, { words, prefix });
  });

function holdsTerm(text: readonly string[], { words, prefix }: Term): boolean {
  const last = words.length - 1;
  return text.some((_, from) =>
    words.every((word, nth) => {
      const found = text[from + nth];
      return found !== undefined && (prefix && nth === last ? found.startsWith(word) : found === word);
    }),
  );
}
