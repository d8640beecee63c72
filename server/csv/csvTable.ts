import { isStorable } from '../../contract/text.js';
import { AppError } from '../kernel/errors.js';
import type { Batches } from './batches.js';
import type { CsvRecord } from './csvRecords.js';
import { withoutGuard } from './formulaSafe.js';
import type { Misfit } from './misfit.js';

export interface TableShape<Column extends string> {
  readonly required: readonly Column[];
  /** Of these one at least. */
  readonly either?: readonly Column[];
  readonly optional: readonly Column[];
}

/** A row by the names of its columns: those that the file has. */
export interface TableRow<Column extends string> {
  readonly line: number;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
}

const SHOWN_VALUE = 200;

export const misfitAt = (line: number, column: string | null, value: string | null, reason: string): Misfit => ({
  line,
  column,
  value: value === null ? null : value.slice(0, SHOWN_VALUE).replace(/[\0\p{Cs}]/gu, '\uFFFD'),
  reason,
});

/**
 * The rows of a table whose first record names its columns: in any order, in either case, with spaces or underscores. Columns that
 * are not asked for are passed over, and so are rows without a single filled cell. A row of another width, the header said
 * again, and text that cannot be stored are misfits.
 * @throws BAD_INPUT there is no header, it lacks a column that is required, or says one twice.
 */
export async function* tableRows<Column extends string>(
  records: Batches<CsvRecord>,
  shape: TableShape<Column>,
): Batches<TableRow<Column> | Misfit> {
  let heading: Heading<Column> | undefined;
  for await (const batch of records) {
    const rows: (TableRow<Column> | Misfit)[] = [];
    for (const { line, cells } of batch) {
      if (!heading) heading = headingOf(cells.map(columnName), shape);
      else if (cells.some((cell) => cell.trim() !== '')) rows.push(rowOf(line, cells, heading));
    }
    yield rows;
  }
  if (!heading) throw new AppError('BAD_INPUT', 'It is empty: its first line must name the columns.');
}

/** As headers are compared. */
export const columnName = (cell: string): string =>
  cell
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');

interface Heading<Column extends string> {
  readonly header: readonly string[];
  readonly places: ReadonlyMap<Column, number>;
}

function rowOf<Column extends string>(
  line: number,
  cells: readonly string[],
  { header, places }: Heading<Column>,
): TableRow<Column> | Misfit {
  if (cells.length !== header.length)
    return misfitAt(line, null, null, `has ${cells.length} cells where the header has ${header.length}`);
  if (cells.every((cell, at) => columnName(cell) === header[at]))
    return misfitAt(line, null, null, 'repeats the header');
  const named: Partial<Record<Column, string>> = {};
  for (const [column, at] of places) {
    const cell = withoutGuard(cells[at] ?? '');
    if (!isStorable(cell)) return misfitAt(line, column, cell, 'holds a NUL or a lone surrogate');
    named[column] = cell;
  }
  return { line, cells: named };
}

function headingOf<Column extends string>(
  header: readonly string[],
  { required, either = [], optional }: TableShape<Column>,
): Heading<Column> {
  const places = new Map<Column, number>();
  for (const column of [...required, ...either, ...optional]) {
    const at = header.indexOf(column);
    if (at !== header.lastIndexOf(column))
      throw new AppError('BAD_INPUT', `The first line names the column "${column}" twice.`, { column });
    if (at >= 0) places.set(column, at);
  }
  const missing = required.find((column) => !places.has(column));
  const [first, ...others] = either;
  const lacking = missing ?? (either.some((column) => places.has(column)) ? undefined : first);
  if (lacking !== undefined) {
    const wanted = (missing === undefined ? [lacking, ...others] : [missing]).map((column) => `"${column}"`);
    const names = `There is no column ${wanted.join(' or ')}. The first line names: ${header.join(', ')}.`;
    throw new AppError('BAD_INPUT', names, { column: lacking });
  }
  return { header, places };
}
