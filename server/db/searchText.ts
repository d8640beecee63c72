const MARKS = /\p{M}+/gu;
const WORDS = /[\p{L}\p{N}]+/gu;
/** What most texts are; such are folded already, and their words are found several times as fast. */
const PLAIN = /^\p{ASCII}*$/u;
const PLAIN_WORDS = /[a-z0-9]+/g;

/** PostgreSQL knows no position above this in a tsvector, nor a lexeme longer than 2046 bytes. */
const lastPosition = 16_383;
const longestWord = 500;
const positionsPerWord = 255;

/**
 * The words of a text as both databases index them: compatibility forms folded, marks off, lower case, split at
 * everything that is neither a letter nor a digit, in the order of the text. A query goes through the same function.
 */
export function searchWords(text: string): string[] {
  const folded = PLAIN.test(text)
    ? text.toLowerCase()
    : text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(MARKS, '');
  const words: string[] = folded.match(PLAIN.test(folded) ? PLAIN_WORDS : WORDS) ?? [];
  return words.map((word) => (word.length <= longestWord ? word : Array.from(word).slice(0, longestWord).join('')));
}

/** One word that stands for a project inside the full-text index, so that MATCH itself narrows to it. */
export const projectWord = (projectId: string): string => `p${projectId.replaceAll('-', '')}`;

/** What a word of the title is called besides itself, so that the database's statistics know how common it is in titles. */
export const titleWord = (word: string): string => `=${word}`;

/**
 * A `tsvector` in text form: the title's words weigh A and stand there once more as {@link titleWord}, the body's weigh B. Made
 * here so that no parser of the server's has a say.
 */
export function searchVector(title: string, body: string): string {
  const positions = new Map<string, string[]>();
  const add = (words: readonly string[], weight: string, from: number) => {
    for (const [index, word] of words.entries()) {
      const known = positions.get(word) ?? [];
      if (known.length < positionsPerWord) known.push(`${Math.min(from + index, lastPosition)}${weight}`);
      positions.set(word, known);
    }
  };
  const titleWords = searchWords(title);
  add(titleWords, 'A', 1);
  add(titleWords.map(titleWord), '', 1);
  // One position stays empty between them, or a phrase could begin in the title and end in the body.
  add(searchWords(body), 'B', titleWords.length + 2);
  return [...positions].map(([word, places]) => `'${word}':${places.join(',')}`).join(' ');
}

/** What SQLite's index is given: the same words, a space between them. */
export const searchLine = (text: string): string => searchWords(text).join(' ');
