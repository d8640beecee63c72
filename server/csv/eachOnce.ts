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
  async function* (rows: AsyncIterable<TableRow<Column> | Misfit>): AsyncGenerator<Line | Misfit> {
    const lineOf = new Map<string, number>();
    for await (const row of rows) {
      const line = 'reason' in row ? row : read(row);
      if ('reason' in line) {
        yield line;
        continue;
      }
      const name = nameOf(line);
      const earlier = lineOf.get(name);
      if (earlier === undefined) lineOf.set(name, line.line);
      yield earlier === undefined
        ? line
        : misfitAt(line.line, column, name, `repeats the ${column} of line ${earlier}`);
    }
  };
