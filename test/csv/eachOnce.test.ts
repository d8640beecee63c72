import { expect, it } from 'vitest';
import { TURN_ROWS } from '../../server/csv/batches.js';
import { csvTextBatches } from '../../server/csv/csvRecords.js';
import type { Misfit } from '../../server/csv/misfit.js';
import { ticketLines, type TicketLine } from '../../server/features/tickets/ticketTable.js';

it('a name is taken once of a table, however far apart its rows are read', async () => {
  const ids = Array.from({ length: 5 * TURN_ROWS }, (_, row) => `T${row}`);
  const text = ['id,description', ...[...ids, 'T0', 'new', 'T1'].map((id) => `${id},about ${id}`)].join('\n');
  const batches: (readonly (TicketLine | Misfit)[])[] = [];
  for await (const batch of ticketLines(csvTextBatches(text, ','))) batches.push(batch);
  const lines = batches.flat();

  expect(batches.length).toBeGreaterThan(5);
  expect(Math.max(...batches.map(({ length }) => length))).toBe(TURN_ROWS);
  expect(lines.flatMap((line) => ('externalId' in line ? line.externalId : []))).toEqual([...ids, 'new']);
  const last = ids.length + 2;
  expect(lines.filter((line) => 'reason' in line)).toEqual([
    { line: last, column: 'id', value: 'T0', reason: 'repeats the id of line 2' },
    { line: last + 2, column: 'id', value: 'T1', reason: 'repeats the id of line 3' },
  ]);
});
