import { describe, expect, it } from 'vitest';
import { projectWord, searchLine, searchVector, searchWords } from '../../server/db/searchText.js';

describe('the words of a text', () => {
  it('are the same with and without marks, in any case and any form of Unicode', () => {
    const forms = ['Café', 'CAFÉ', 'cafe', 'cafe\u0301', 'ｃａｆｅ'];

    expect(forms.map(searchWords)).toEqual(forms.map(() => ['cafe']));
    expect(searchWords('İstanbul ﬁnds №5')).toEqual(['istanbul', 'finds', 'no5']);
  });

  it('end at everything that is neither letter nor digit, quotes of either database included', () => {
    expect(searchWords(`it's "quoted" a\\b c:d*e SUP-12 日本語`)).toEqual([
      'it',
      's',
      'quoted',
      'a',
      'b',
      'c',
      'd',
      'e',
      'sup',
      '12',
      '日本語',
    ]);
    expect(searchWords(' \u0000\u200b!?')).toEqual([]);
    expect(searchLine('One — two')).toBe('one two');
    expect(projectWord('0190-ab')).toBe('p0190ab');
  });

  it('stand in a vector with place and weight, the body one place after the title, the title’s once more by their own name', () => {
    expect(searchVector('Red door', 'door, red')).toBe("'red':1A,5B 'door':2A,4B '=red':1 '=door':2");
    expect(searchVector('', '')).toBe('');
  });

  it('stay within what PostgreSQL can hold', () => {
    const vector = searchVector('x'.repeat(3_000), 'same '.repeat(1_000));

    expect(vector.startsWith(`'${'x'.repeat(500)}':1A `)).toBe(true);
    expect(vector.split(',')).toHaveLength(255);
  });
});
