import type { Database } from '../db/database.js';
import { adHoc, type RunStatement } from '../db/statement.js';
import { BadBackup } from './badBackup.js';
import { followers, tablesOf, type Table } from './catalog.js';
import { insertSql } from './tableRows.js';

/** Of one statement. */
const ROWS = 1_000;
const CHARACTERS = 4_000_000;

/** A table as whoever has its rows tells of it: what the columns are, in the order of the values. */
export interface Told {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Fills tables that were emptied. */
export class Loader {
  private readonly statements = new Map<string, string>();
  readonly counts = new Map<string, number>();

  private constructor(private readonly all: RunStatement) {}

  /**
   * Empties all tables.
   * @throws BadBackup what is to come does not fit into them.
   */
  static async begin(
    { dialect }: Pick<Database, 'dialect'>,
    all: RunStatement,
    told: readonly Told[],
  ): Promise<Loader> {
    const there = await tablesOf(all, dialect);
    const loader = new Loader(all);
    for (const table of told) loader.statements.set(table.name, insertSql(fitting(table, there), dialect));
    const names = [...there.map(({ name }) => name), ...(await followers(all, dialect))];
    if (dialect.name === 'postgres') await all(adHoc(`TRUNCATE ${names.join(', ')}`), []);
    else for (const name of names) await all(adHoc(`DELETE FROM ${name}`), []);
    return loader;
  }

  async insert(table: string, lines: readonly string[]): Promise<void> {
    const sql = this.statements.get(table);
    if (sql === undefined) throw new BadBackup(`nothing was told of the table ${table}`);
    this.counts.set(table, (this.counts.get(table) ?? 0) + lines.length);
    for (const batch of batches(lines)) await this.all(adHoc(sql), [`[${batch.join(',')}]`]);
  }
}

function* batches(lines: readonly string[]): Generator<readonly string[]> {
  let [from, characters] = [0, 0];
  for (const [at, line] of lines.entries()) {
    characters += line.length;
    if (at + 1 - from < ROWS && characters < CHARACTERS) continue;
    yield lines.slice(from, at + 1);
    [from, characters] = [at + 1, 0];
  }
  if (from < lines.length) yield lines.slice(from);
}

/** @throws BadBackup one of the tables that are there is not told of, or what is told of one does not fit into it. */
export function demandAllTables(told: readonly Told[], there: readonly Table[]): void {
  const names = new Set(told.map(({ name }) => name));
  if (names.size < told.length) throw new BadBackup('it tells of a table twice');
  for (const table of told) fitting(table, there);
  const missing = there.find(({ name }) => !names.has(name));
  if (missing) throw new BadBackup(`it tells nothing of the table ${missing.name}`);
}

/** The table of the target with the columns in the order in which they come. */
function fitting({ name, columns }: Told, there: readonly Table[]): Table {
  const table = there.find((one) => one.name === name);
  if (!table) throw new BadBackup(`the database has no table ${name}`);
  const ordered = columns.map((column) => {
    const same = table.columns.find((one) => one.name === column.name && one.type === column.type);
    if (!same) throw new BadBackup(`the table ${name} has no column ${column.name} of type ${column.type}`);
    return same;
  });
  if (ordered.length !== table.columns.length) throw new BadBackup(`it lacks columns of ${name}`);
  return { ...table, columns: ordered };
}
