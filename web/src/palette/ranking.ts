import { plain } from '../filter/filterTests.js';

/** Where a text is found in another, the better the higher; 0 is not at all. */
const EXACT = 1_000;
const START = 600;
const WORD = 400;
const INSIDE = 200;
const LETTERS = 50;

/**
 * How well what was typed fits a name: the whole of it, its beginning, the beginning of its words, a part of it, or at least its
 * letters in their order. Every word that was typed must fit. 0 when it does not.
 */
export function fit(typed: string, name: string): number {
  const text = plain(name);
  const wanted = plain(typed).trim();
  if (wanted === '') return 1;
  if (text === wanted) return EXACT;
  const fits = wanted.split(/\s+/).map((word) => wordFit(word, text));
  if (fits.includes(0)) return 0;
  // Of two that fit alike the shorter name is meant.
  return Math.min(...fits) + 1 / (1 + text.length);
}

function wordFit(word: string, text: string): number {
  if (text.startsWith(word)) return START;
  if (text.includes(word)) return beginsWithin(word, text) ? WORD : INSIDE;
  return hasLetters(word, text) ? LETTERS : 0;
}

/** Whether the word stands behind a sign that is neither letter nor number: at the beginning of one of the text's words. */
const beginsWithin = (word: string, text: string) =>
  [...text.matchAll(/[^\p{L}\p{N}]/gu)].some((sign) => text.startsWith(word, sign.index + sign[0].length));

function hasLetters(word: string, text: string): boolean {
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + letter.length;
  }
  return true;
}

/** Those that fit, the best first; of equals those that came first. At most `max`. */
export function ranked<Entry>(typed: string, entries: readonly Entry[], nameOf: (entry: Entry) => string, max: number) {
  return entries
    .map((entry) => ({ entry, score: fit(typed, nameOf(entry)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, max)
    .map(({ entry }) => entry);
}
