import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { csvReport } from '../../server/csv/csvReport.js';
import { inPages } from '../../server/csv/syncPages.js';
import type { TableKind } from '../../server/csv/tableFile.js';
import { ticketTable } from '../../server/features/tickets/ticketTable.js';

interface Line {
  readonly line: number;
  readonly id: string;
}
const kind: TableKind<Line, 'id'> = {
  shape: { required: ['id'], optional: [] },
  async *lines(rows) {
    for await (const batch of rows)
      yield batch.map((row) => ('reason' in row ? row : { line: row.line, id: row.cells.id ?? '' }));
  },
  nameOf: ({ id }) => (id.startsWith('?') ? null : id),
};
const PAGE = 512;
const idsOf = (count: number, first = 0): string[] => Array.from({ length: count }, (_, n) => `T${first + n}`);

/** What was written when, page by page, while the first takes longest. */
async function written(ids: readonly string[], of: TableKind<Line, 'id'> = kind, failing = -1) {
  const file = join(await mkdtemp(join(inject('runFolder'), 'pages-')), 'ids.csv');
  await writeFile(file, ['id', ...ids].join('\n'));
  const told: string[] = [];
  let [begun, open] = [0, 0];
  const write = async ({ lines }: { readonly lines: readonly Line[] }) => {
    const nth = begun++;
    told.push(`begin ${nth} beside ${open++}`);
    await new Promise((resolve) => setTimeout(resolve, nth === 0 ? 60 : 20));
    open--;
    told.push(`end ${nth}`);
    if (nth === failing) throw new Error(`page ${nth}`);
    return csvReport(
      false,
      lines.map(() => 'created' as const),
      [],
      [],
    );
  };
  const done: number[] = [];
  const table = { file, encoding: 'utf-8', delimiter: ',' };
  const result = await inPages(table, of, write, { page: ({ rows }) => void done.push(rows) }).catch(String);
  return { told, done, result, open: () => open };
}

it('begins the next page while one is written, and tells them in their order', async () => {
  const { told, done, result } = await written(idsOf(2 * PAGE + 1));

  expect(told.slice(0, 2)).toEqual(['begin 0 beside 0', 'begin 1 beside 1']);
  expect(told.filter((each) => each.endsWith('beside 2'))).toEqual([]);
  expect(done).toEqual([PAGE, 2 * PAGE, 2 * PAGE + 1]);
  expect(result).toMatchObject({ rows: 2 * PAGE + 1, created: 2 * PAGE + 1 });
});

it('holds fewer rows of long texts, and one of the longest', async () => {
  const weigh = ({ id }: Line) => (id.startsWith('L') ? 100_000 : id.startsWith('X') ? 3_000_000 : 10);
  const { done } = await written(['L1', 'L2', 'L3', 'L4', ...idsOf(3), 'X1', 'X2', 'T9'], { ...kind, weigh });

  expect(done).toEqual([3, 8, 9, 10]);
});

it('weighs tickets by their descriptions', async () => {
  const file = join(await mkdtemp(join(inject('runFolder'), 'pages-')), 'tickets.csv');
  const rows = Array.from({ length: 120 }, (_, n) => `T${n},${'x'.repeat(20_000)}`);
  await writeFile(file, ['id,description', ...rows].join('\n'));
  const sizes: number[] = [];

  await inPages({ file, encoding: 'utf-8', delimiter: ',' }, ticketTable, ({ lines }) => {
    sizes.push(lines.length);
    const outcomes = lines.map(() => 'created' as const);
    return Promise.resolve(csvReport(false, outcomes, [], []));
  });

  expect(sizes).toEqual([...Array<number>(9).fill(13), 3]);
});

it.each([
  ['names the same', [...idsOf(PAGE), 'T0'], kind],
  ['names what is not known', [...idsOf(PAGE), '?'], kind],
  ['follows what was not known', [...idsOf(PAGE - 1), '?', 'T9999'], kind],
  ['is of a kind whose lines depend on each other', idsOf(PAGE + 1), { ...kind, nameOf: undefined }],
])('waits with a page that %s', async (_, ids, of) => {
  const { told } = await written(ids, of as typeof kind);

  expect(told).toEqual(['begin 0 beside 0', 'end 0', 'begin 1 beside 0', 'end 1']);
});

it('ends with the error of a page once nothing is under way any more', async () => {
  const { told, done, result, open } = await written(idsOf(3 * PAGE), kind, 0);

  expect(result).toContain('page 0');
  expect(done).toEqual([]);
  expect(open()).toBe(0);
  expect(told.filter((each) => each.startsWith('begin'))).toHaveLength(2);
});
