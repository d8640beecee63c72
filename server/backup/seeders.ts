import { seedersSource } from '../db/migrator.js';
import { adHoc, type RunStatement } from '../db/statement.js';

/** Which seeders have run: with the rows that they made. */
export async function rememberSeeders(all: RunStatement, names: readonly string[]): Promise<void> {
  const { table } = seedersSource;
  await all(adHoc(`CREATE TABLE IF NOT EXISTS ${table} (name VARCHAR(255) NOT NULL PRIMARY KEY)`), []);
  await all(adHoc(`DELETE FROM ${table}`), []);
  for (const name of names) await all(adHoc(`INSERT INTO ${table} (name) VALUES ($1)`), [name]);
}
