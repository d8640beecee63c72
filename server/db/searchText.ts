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
export const titleWord = (word: string): string => TITLE_MARK + word;
const TITLE_MARK = '=';

/**
 * A `tsvector` in text form: the title's words weigh A and stand there once more as {@link titleWord}, the body's weigh B. Made
 * here so that no parser of the server's has a say.
 */
export function searchVector(title: string, body: string): string {
  const places = new Map<string, string>();
  const counts = new Map<string, number>();
  const add = (words: readonly string[], weight: string, from: number, mark = '') => {
    let position = from;
    for (const each of words) {
      const word = mark + each;
      const place = `${Math.min(position++, lastPosition)}${weight}`;
      const known = places.get(word);
      if (known === undefined) {
        places.set(word, place);
        continue;
      }
      const count = (counts.get(word) ?? 1) + 1;
      if (count > positionsPerWord) continue;
      counts.set(word, count);
      places.set(word, `${known},${place}`);
    }
  };
  const titleWords = searchWords(title);
  add(titleWords, 'A', 1);
  add(titleWords, '', 1, TITLE_MARK);
  // One position stays empty between them, or a phrase could begin in the title and end in the body.
  add(searchWords(body), 'B', titleWords.length + 2);
  const lexemes: string[] = [];
  for (const [word, all] of places) lexemes.push(`'${word}':${all}`);
  return lexemes.join(' ');
}

/** What SQLite's index is given: the same words, a space between them. */
export const searchLine = (text: string): string => searchWords(text).join(' ');

/** The words of a ticket, a space on each side of each; between title and body stands what no phrase reaches over. */
export const spelledWords = (titleLine: string, bodyLine: string): string => ` ${titleLine} \n ${bodyLine} `;
