import type { Batches } from './batches.js';
import { misfitAt, type TableRow } from './csvTable.js';
import type { Misfit } from './misfit.js';

interface Reading<Line, Column extends string> {
  readonly read: (row: TableRow<Column>) => Line | Misfit;
  /** The column that names a line, and what it is called there. */
  readonly column: Column;
  readonly nameOf: (line: Line) => string;
}

/** Reads rows as lines, of each name the first: the others are told as misfits. */
export const eachOnce = <Line extends { readonly line: number }, Column extends string>({
  read,
  column,
  nameOf,
}: Reading<Line, Column>) =>
  async function* (rows: Batches<TableRow<Column> | Misfit>): Batches<Line | Misfit> {
    const lineOf = new Map<string, number>();
    const once = (line: Line): Line | Misfit => {
      const name = nameOf(line);
      const earlier = lineOf.get(name);
      if (earlier !== undefined) return misfitAt(line.line, column, name, `repeats the ${column} of line ${earlier}`);
      lineOf.set(name, line.line);
      return line;
    };
    for await (const batch of rows)
      yield batch.map((row) => {
        const line = 'reason' in row ? row : read(row);
        return 'reason' in line ? line : once(line);
      });
  };
