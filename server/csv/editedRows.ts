import { oneByOne, type Batches } from './batches.js';
import { recordsOfFile, type TableFile } from './tableFile.js';
import { tableRows, type TableRow, type TableShape } from './csvTable.js';
import type { Misfit } from './misfit.js';

type Cells<Column extends string> = TableRow<Column>['cells'];
/** The rows of a table by what tells them apart. */
export type RowsByKey<Column extends string> = ReadonlyMap<string, Cells<Column>>;

/** @param key the column that tells rows apart. */
export async function rowsByKey<Column extends string>(
  table: TableFile,
  shape: TableShape<Column>,
  key: Column,
): Promise<RowsByKey<Column>> {
  const found = new Map<string, Cells<Column>>();
  for await (const row of oneByOne(tableRows(recordsOfFile(table), shape)))
    if ('cells' in row) found.set(row.cells[key]?.trim() ?? '', row.cells);
  return found;
}

/**
 * Of each row the cells that were changed since one of the tables that it may come from; the others say nothing, so that what was changed
 * elsewhere meanwhile stays. Rows without a change are left out, new ones are whole.
 */
export async function* editedRows<Column extends string>(
  rows: Batches<TableRow<Column> | Misfit>,
  key: Column,
  origins: readonly RowsByKey<Column>[],
): Batches<TableRow<Column> | Misfit> {
  const edited = (row: TableRow<Column> | Misfit): TableRow<Column> | Misfit | readonly never[] => {
    if ('reason' in row) return row;
    const id = row.cells[key]?.trim() ?? '';
    const known = origins.flatMap((origin) => origin.get(id) ?? []);
    if (known.length === 0) return row;
    const entries = Object.entries(row.cells) as [Column, string][];
    const changed = entries.filter(([column, cell]) => !known.some((cells) => cells[column] === cell));
    if (changed.length === 0) return [];
    return { line: row.line, cells: { ...Object.fromEntries(changed), [key]: row.cells[key] } as Cells<Column> };
  };
  for await (const batch of rows) yield batch.flatMap(edited);
}
