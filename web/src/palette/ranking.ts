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
  const at = text.indexOf(word);
  if (at > 0) return new RegExp(`[^\\p{L}\\p{N}]${escaped(word)}`, 'u').test(text) ? WORD : INSIDE;
  return hasLetters(word, text) ? LETTERS : 0;
}

function hasLetters(word: string, text: string): boolean {
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + letter.length;
  }
  return true;
}

const escaped = (word: string) => word.replaceAll(/[$()*+.?[\\\]^{|}-]/g, String.raw`\$&`);

/** Those that fit, the best first; of equals those that came first. At most `max`. */
export function ranked<Entry>(typed: string, entries: readonly Entry[], nameOf: (entry: Entry) => string, max: number) {
  return entries
    .map((entry) => ({ entry, score: fit(typed, nameOf(entry)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, max)
    .map(({ entry }) => entry);
}
