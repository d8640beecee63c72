import { familyOf } from '../db/schema.js';
import type { Dialect } from '../db/dialect.js';
import { adHoc, type RunStatement } from '../db/statement.js';

export interface Column {
  readonly name: string;
  /** The same words on both databases: `text`, `instant`, `day`, `boolean`, `json`, `integer`, `real`. */
  readonly type: string;
  /** As this database says it. */
  readonly sqlType: string;
}
export interface Table {
  readonly name: string;
  /** Without those that the database computes. */
  readonly columns: readonly Column[];
  readonly key: readonly string[];
}

/** What follows from other tables, and the memory of the migrators, which is told apart. */
const notCopied = /^(?:sqlite_.*|sequelize_(?:meta|data)|ticket_field_values|\w+_search(?:_fts\w*)?)$/;

interface Row {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** Place in the primary key, from 1; 0: not in it. */
  readonly key: number;
}

const columnsSql = {
  postgres: `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
      coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 AS key
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' ORDER BY c.relname, a.attnum`,
  sqlite: `SELECT m.name AS "table", x.name AS "column", x.type, x.pk AS key
    FROM sqlite_master m JOIN pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND x.hidden = 0
    ORDER BY m.name, x.cid`,
};

/** The tables whose rows a copy of the database consists of, by name. */
export async function tablesOf(all: RunStatement, { name }: Dialect): Promise<Table[]> {
  const rows = await all<Row>(adHoc(columnsSql[name]), []);
  const tables = new Map<string, Row[]>();
  for (const row of rows) {
    if (notCopied.test(row.table)) continue;
    tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
  }
  return [...tables].map(([table, columns]) => ({
    name: table,
    columns: columns.map(({ column, type }) => ({
      name: column,
      type: familyOf(type).replace(/\(.*/, ''),
      sqlType: type,
    })),
    key: columns
      .filter(({ key }) => key > 0)
      .toSorted((a, b) => a.key - b.key)
      .map(({ column }) => column),
  }));
}

/** Whether there is any table at all, of whomever. */
export async function hasTables(all: RunStatement, { name }: Dialect): Promise<boolean> {
  const sql = {
    postgres: "SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' LIMIT 1",
    sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1",
  };
  return (await all(adHoc(sql[name]), [])).length > 0;
}

/** Tables that the database fills by itself when rows come into others. */
export async function followers(all: RunStatement, { name }: Dialect): Promise<string[]> {
  const sql = {
    postgres:
      'SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = $1',
    sqlite: 'SELECT name FROM sqlite_master WHERE name = $1',
  };
  return (await all<{ name: string }>(adHoc(sql[name]), ['ticket_field_values'])).map((row) => row.name);
}
