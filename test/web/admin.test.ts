import { describe, expect, it } from 'vitest';
import { keyFrom } from '../../web/src/settings/FieldsSection.js';
import { fieldLines, wordsOf } from '../../web/src/admin/auditLines.js';
import { lagText } from '../../web/src/admin/SubscriptionsSection.js';
import { lastDays } from '../../web/src/admin/statistics.js';
import { throughputText } from '../../web/src/admin/ThroughputChart.js';
import { formatBytes, formatSpan } from '../../web/src/admin/units.js';

describe('the administration page', () => {
  it('asks for the last days, and says what came and what was done', () => {
    const days = [
      { day: '2026-03-02', created: 1, resolved: 0 },
      { day: '2026-03-03', created: 1, resolved: 2 },
    ];

    expect(lastDays(3, Date.parse('2026-03-03T15:00:00.000Z'))).toEqual({ from: '2026-03-01', to: '2026-03-03' });
    expect(throughputText(days, 2)).toBe('2 created and 2 done in 2 days, at most 2 a day.');
    expect(throughputText([], 0)).toBe('Nothing came and nothing was done in 0 days.');
  });

  it('says how far those who follow are behind', () => {
    expect(lagText([{ behind: 0 }], 1)).toBe('1 subscription. All are up to date.');
    expect(lagText([{ behind: 7 }, { behind: 1 }, { behind: 0 }], 80)).toBe(
      '80 subscriptions, of which 3 are listed. 2 behind, the slowest by 7 events.',
    );
  });

  it('says of a change what was and what is, and of the rest what there is', () => {
    const long = 'x'.repeat(200);

    expect(fieldLines({ name: 'Night', aliases: [] }, { name: '', aliases: ['a'] })).toEqual([
      'name: Night → nothing',
      'aliases: [] → ["a"]',
    ]);
    expect(fieldLines(null, { name: long, title: null })).toEqual([`name: ${'x'.repeat(120)}…`]);
    expect(fieldLines({ active: false }, null)).toEqual(['active: false']);
    expect(fieldLines(null, null)).toEqual([]);
    expect(wordsOf('API_KEY')).toBe('Api key');
  });

  it('gives sizes and times as people read them', () => {
    expect([512, 2_048, 5_452_595].map(formatBytes)).toEqual(['512 B', '2 kB', '5.2 MB']);
    expect([900, 61_000, 7_500_000, 190_000_000].map(formatSpan)).toEqual(['1 s', '1 min', '2 h 5 min', '2 d 4 h']);
  });
});

it('makes the key of a custom field from its label', () => {
  expect(['Contract no.', 'On site?', 'Région', '2nd line', '???'].map(keyFrom)).toEqual([
    'contractNo',
    'onSite',
    'region',
    'ndLine',
    '',
  ]);
});
