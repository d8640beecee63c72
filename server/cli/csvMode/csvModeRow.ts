import { decodeRow } from '../../db/decodeRow.js';
import { Installation, type CsvMode } from '../../db/models/Installation.js';
import { json, statement, type RunStatement } from '../../db/statement.js';

const find = statement('csvMode.find', 'SELECT i.csv_mode FROM installation i');
const store = statement('csvMode.store', "UPDATE installation SET csv_mode = $1, updated_at = $2 WHERE id = 'baton'");

/** Null: the database was not begun from a folder. */
export async function csvModeOf(all: RunStatement): Promise<CsvMode | null> {
  const [row] = await all(find, []);
  return row ? decodeRow(Installation, row).csvMode : null;
}

export async function storeCsvMode(all: RunStatement, mode: CsvMode, at: Date): Promise<void> {
  await all(store, [json(mode), at]);
}
