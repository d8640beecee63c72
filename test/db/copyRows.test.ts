import { expect, it } from 'vitest';
import { copyRows } from '../../server/db/copyRows.js';

it('are rows as COPY takes them, whatever stands in their cells and however long it is', () => {
  const at = new Date('2026-11-28T10:00:00.123Z');
  const long = 'ö—𝄞\t'.repeat(200_000);
  const rows = copyRows(['a\tb\\c\r\nd', null, 7, at, true, ['x"y', 'z\\'], long, '', 'last', at, -1.5, 'ö'], 6);

  const cells = rows
    .toString()
    .split('\n')
    .map((row) => row.split('\t'));
  expect(cells).toEqual([
    [String.raw`a\tb\\c\r\nd`, String.raw`\N`, '7', at.toISOString(), 'true', String.raw`{"x\\"y","z\\\\"}`],
    [long.replaceAll('\t', String.raw`\t`), '', 'last', at.toISOString(), '-1.5', 'ö'],
    [''],
  ]);
});
