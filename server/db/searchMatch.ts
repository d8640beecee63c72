import type { Term } from './searchIndex.js';
import { searchWords } from './searchText.js';

/** A text's words as the indexes hold them: a phrase never reaches from the title into the body. */
export interface SearchedWords {
  readonly title: readonly string[];
  readonly body: readonly string[];
}

export const searchedWords = (title: string, body: string): SearchedWords => ({
  title: searchWords(title),
  body: searchWords(body),
});

/** Whether all terms are found, as `searchSql` decides it. */
export const matchesTerms = (terms: readonly Term[], { title, body }: SearchedWords): boolean =>
  terms.every((term) => holdsTerm(title, term) || holdsTerm(body, term));

function holdsTerm(text: readonly string[], { words, prefix }: Term): boolean {
  const last = words.length - 1;
  return text.some((_, from) =>
    words.every((word, nth) => {
      const found = text[from + nth];
      return found !== undefined && (prefix && nth === last ? found.startsWith(word) : found === word);
    }),
  );
}
