import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../contract/limits.js';
import { AppError } from '../kernel/errors.js';
import type { Batches } from './batches.js';
import type { Misfit } from './misfit.js';

export interface CsvPage<Line> {
  readonly lines: readonly Line[];
  readonly misfits: readonly Misfit[];
}

/** How much a page holds at most, though always a row. `weigh`: about how many characters a line is of. */
export interface PageSize<Line> {
  readonly rows: number;
  readonly characters?: number;
  readonly weigh?: ((line: Line) => number) | undefined;
}

/** Pages of that many rows, the last one perhaps shorter; at least one, perhaps empty. */
export async function* csvPages<Line extends object>(
  rows: Batches<Line | Misfit>,
  { rows: most, characters = Number.POSITIVE_INFINITY, weigh = () => 0 }: PageSize<Line>,
): AsyncGenerator<CsvPage<Line>> {
  let [lines, misfits]: [Line[], Misfit[]] = [[], []];
  let held = 0;
  let isFirst = true;
  for await (const batch of rows) {
    for (const row of batch) {
      if (lines.length + misfits.length === most || held >= characters) {
        yield { lines, misfits };
        [lines, misfits, held, isFirst] = [[], [], 0, false];
      }
      if ('reason' in row) misfits.push(row);
      else {
        lines.push(row);
        held += weigh(row);
      }
    }
    await nextTurn();
  }
  if (isFirst || lines.length + misfits.length > 0) yield { lines, misfits };
}

/** @throws BAD_INPUT there are more rows than one transaction takes. */
export async function oneCsvPage<Line extends object>(rows: Batches<Line | Misfit>): Promise<CsvPage<Line>> {
  for await (const page of csvPages(rows, { rows: limits.syncRowsMax + 1 })) {
    if (page.lines.length + page.misfits.length <= limits.syncRowsMax) return page;
    const advice = `There are more than ${limits.syncRowsMax} rows: send them in parts, or use baton sync.`;
    throw new AppError('BAD_INPUT', advice, { field: 'csv' });
  }
  throw new Error('there is always a page');
}
