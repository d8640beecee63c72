import { describe, expect, it } from 'vitest';
import { parseSearchQuery } from '../../contract/searchQuery.js';

describe('what a search says', () => {
  it.each([
    ['printer on fire', 'printer on fire', {}],
    ['status:open printer', 'printer', { status: ['open'] }],
    ['Status:Open,review STATUS:closed', '', { status: ['Open', 'review', 'closed'] }],
    ['assignee:"Bob Agent" "paper jam" jam*', '"paper jam" jam*', { assignee: ['Bob Agent'] }],
    ['"status:open"', '"status:open"', {}],
    ['http://example.com status: :open 12:30', 'http://example.com status: :open 12:30', {}],
    ['due:<2026-12-01 due:>=2026-11-01', '', { due: ['<2026-12-01', '>=2026-11-01'] }],
    ['status:,', 'status:,', {}],
    ['"a"*status:open', '"a"*', { status: ['open'] }],
  ])('%s', (text, words, qualifiers) => {
    const query = parseSearchQuery(text);

    expect(query.words).toBe(words);
    expect(Object.fromEntries(query.qualifiers.map(({ name, values }) => [name, values]))).toEqual(qualifiers);
  });
});
