import { stat } from 'node:fs/promises';
import { limits } from '../../contract/limits.js';
import { AppError } from '../kernel/errors.js';
import type { Batches } from './batches.js';
import { csvBatches, type CsvRecord } from './csvRecords.js';
import { tableRows, type TableRow, type TableShape } from './csvTable.js';
import type { Misfit } from './misfit.js';

/** Where a table is, and how its file is written. */
export interface TableFile {
  readonly file: string;
  readonly encoding: string;
  readonly delimiter: string;
  /** How it is called to whoever must not see where it is. */
  readonly name?: string;
}

/** A kind of table: its columns, and its rows as lines of that kind. */
export interface TableKind<Line extends object, Column extends string> {
  readonly shape: TableShape<Column>;
  readonly lines: (rows: Batches<TableRow<Column> | Misfit>) => Batches<Line | Misfit>;
  /** What a line is of, or null when that is not known before it is looked up. Left out: lines depend on those before them. */
  readonly nameOf?: (line: Line) => string | null;
  /** About how many characters of text a line holds; left out: never many. */
  readonly weigh?: (line: Line) => number;
}

export const recordsOfFile = ({ file, name, encoding, delimiter }: TableFile): Batches<CsvRecord> =>
  csvBatches(file, encoding, delimiter, { name });

export const tooLargeTable = (): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `A table holds at most ${limits.csvBytes} bytes: send it in parts.`);

/**
 * Reads a file to its end, so that one that cannot be read is refused before anything of it is taken over.
 * @returns how many rows it has.
 * @throws BAD_INPUT it is no CSV, or lacks a column; PAYLOAD_TOO_LARGE.
 */
export async function surveyTable(table: TableFile, shape: TableShape<string>): Promise<number> {
  const found = await stat(table.file).catch(() => null);
  if (found && found.size > limits.csvBytes) throw tooLargeTable();
  let count = 0;
  for await (const rows of tableRows(recordsOfFile(table), shape)) count += rows.length;
  return count;
}
