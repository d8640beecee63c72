import type { TextPiece } from '../../../contract/search.js';
import type { Term } from '../../db/searchIndex.js';
import { searchWords } from '../../db/searchText.js';

/** What may be words: signs too, since some of them stand for letters. */
const PLACES = /[\p{L}\p{N}\p{M}\p{S}]+/gu;
const EXCERPT = 200;
/** So much is shown before the first hit. */
const BEFORE = 60;

interface Word {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}
type Range = readonly [from: number, to: number];

function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: piece, index } of text.matchAll(PLACES))
    for (const word of searchWords(piece)) words.push({ word, from: index, to: index + piece.length });
  return words;
}

/** Where the text holds one of the terms, in its order. */
function rangesOf(text: string, terms: readonly Term[]): Range[] {
  const words = wordsIn(text);
  const isWord = (at: number, word: string | undefined, isPrefix: boolean): boolean => {
    const found = words[at]?.word;
    return found !== undefined && word !== undefined && (isPrefix ? found.startsWith(word) : found === word);
  };
  const ranges: Range[] = [];
  for (const [at, { from, to }] of words.entries())
    for (const term of terms) {
      const last = term.words.length - 1;
      if (term.words.every((word, nth) => isWord(at + nth, word, term.prefix && nth === last)))
        ranges.push([from, words[at + last]?.to ?? to]);
    }
  return joined(ranges);
}

function joined(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const [from, to] of ranges) {
    const last = apart.at(-1);
    if (last && from < last[1]) apart[apart.length - 1] = [last[0], Math.max(last[1], to)];
    else apart.push([from, to]);
  }
  return apart;
}

function piecesOf(text: string, ranges: readonly Range[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from > at) pieces.push({ text: text.slice(at, from), isHit: false });
    pieces.push({ text: text.slice(from, to), isHit: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isHit: false });
  return pieces;
}

/** The whole text, in pieces. */
export const highlighted = (text: string, terms: readonly Term[]): TextPiece[] => piecesOf(text, rangesOf(text, terms));

/** Some 200 characters around the first hit, else the beginning; an ellipsis stands for what was cut off. */
export function excerptOf(text: string, terms: readonly Term[]): TextPiece[] {
  const ranges = rangesOf(text, terms);
  const [first] = ranges;
  const from = cutBefore(text, first && first[0] > EXCERPT - BEFORE ? first[0] - BEFORE : 0);
  const to = cutAfter(text, from + EXCERPT);
  const inside = ranges.filter((range) => range[0] >= from && range[1] <= to);
  const pieces = piecesOf(
    text.slice(from, to),
    inside.map((range): Range => [range[0] - from, range[1] - from]),
  );
  const dots = { text: '…', isHit: false };
  return [...(from > 0 ? [dots] : []), ...pieces, ...(to < text.length ? [dots] : [])];
}

const GAP = /\s/u;
const LONGEST_WORD = 40;

/** At the beginning of a word, when one begins soon; never inside of a character. */
function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  const gap = text.slice(at, at + LONGEST_WORD).search(GAP);
  return whole(text, gap < 0 ? at : at + gap + 1);
}

function cutAfter(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const near = text.slice(at - LONGEST_WORD, at);
  const gap = Math.max(near.lastIndexOf(' '), near.lastIndexOf('\n'));
  return whole(text, gap < 0 ? at : at - LONGEST_WORD + gap);
}

/** Not between the two halves of a character. */
const whole = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at);
