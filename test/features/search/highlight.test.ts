import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch } from '../../../server/db/searchIndex.js';
import { matchesTerms, searchedWords } from '../../../server/db/searchMatch.js';
import { excerptOf, highlighted } from '../../../server/features/search/highlight.js';
import type { TextPiece } from '../../../contract/search.js';

const shown = (pieces: readonly TextPiece[]) => pieces.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('');
const terms = (text: string) => parseSearch(text);

describe('hits in a text', () => {
  it.each([
    ['Printer on fire', 'fire', 'Printer on [fire]'],
    ['Café menu', 'cafe', '[Café] menu'],
    ['ÜBERSICHT der Straßen; №5', 'übersicht no5', '[ÜBERSICHT] der Straßen; [№5]'],
    ['a quick brown fox, quick', '"quick brown"', 'a [quick brown] fox, quick'],
    ['printers print', 'print*', '[printers] [print]'],
    ['jane.doe@example.com', '"example com"', 'jane.doe@[example.com]'],
    ['one two three', '"one two" "two three"', '[one two three]'],
    ['ﬁnance', 'finance', '[ﬁnance]'],
    ['日本語のタイトル', '日本語*', '[日本語のタイトル]'],
    ['nothing here', 'else', 'nothing here'],
    ['', 'x', ''],
  ])('%s, looked for %s', (text, query, expected) => {
    expect(shown(highlighted(text, terms(query)))).toBe(expected);
  });

  it('are some for each text that the index finds, and all pieces together are the text', () => {
    const word = fc.constantFrom(
      'a',
      'Ab',
      'b',
      'é',
      'e\u0301',
      'ß',
      '№5',
      '½',
      'ﬁ',
      'ǆ',
      '١٢',
      '"',
      '*',
      '-',
      ' ',
      '\n',
    );
    const sentence = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    fc.assert(
      fc.property(sentence, sentence, (text, query) => {
        const asked = terms(query);
        const pieces = highlighted(text, asked);

        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        const isFound = asked.length > 0 && matchesTerms(asked, searchedWords('', text));
        if (isFound) expect(pieces.some(({ isHit }) => isHit)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an excerpt', () => {
  const long = `${'before '.repeat(60)}needle ${'after '.repeat(60)}`;

  it('stands around the first hit, with an ellipsis where something was cut off', () => {
    const text = shown(excerptOf(long, terms('needle')));

    expect(text).toMatch(/^…before .*\[needle\] after .*after…$/);
    expect(text.length).toBeLessThan(220);
  });

  it('is the beginning without a hit, and the whole of a short text', () => {
    expect(shown(excerptOf(long, terms('absent')))).toMatch(/^before .*before…$/);
    expect(shown(excerptOf('short', terms('absent')))).toBe('short');
  });

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 600 }), fc.nat(500), (text, at) => {
        const inside = `${text.slice(0, at)} needle ${text.slice(at)}`;
        if (/\p{Cs}/u.test(inside)) return;
        for (const { text: piece } of excerptOf(inside, terms('needle'))) expect(piece).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});
