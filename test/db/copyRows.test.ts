import { expect, it } from 'vitest';
import { copyRows } from '../../server/db/copyRows.js';

it('are rows as COPY takes them, whatever stands in their cells and however long it is', () => {
  const at = new Date('2026-11-28T10:00:00.123Z');
  const long = 'ö—𝄞\t'.repeat(200_000);
  const rows = copyRows(['a\tb\\c\r\nd', null, 7, at, true, ['x"y', 'z\\'], long, '', 'last', at, -1.5, 'ö'], {
    width: 6,
    alike: 0,
  });

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

it('begin with what all of them hold', () => {
  const rows = copyRows(['a\tb', null, 1, 'one', 2, 'two', 3, null], { width: 4, alike: 2 });

  const beginning = String.raw`a\tb` + '\t' + String.raw`\N`;
  expect(rows.toString()).toBe(`${beginning}\t1\tone\n${beginning}\t2\ttwo\n${beginning}\t3\t${String.raw`\N`}\n`);
});
