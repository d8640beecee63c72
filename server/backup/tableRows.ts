import type { Dialect } from '../db/dialect.js';
import { sqliteMoment } from '../db/sqliteDriver.js';
import { adHoc, type RunStatement, type Value } from '../db/statement.js';
import type { Column, Table } from './catalog.js';

/** Rows on their way from one database to another: each a JSON array of its values, in the order of the columns. */
export interface Rows {
  readonly lines: readonly string[];
}

/** So many characters are read at once, more or less. */
const PAGE_CHARACTERS = 1_000_000;
const [FEWEST, MOST] = [16, 2_000];

type Encode = (value: unknown) => unknown;
/** What the two drivers give differently. JSON travels as its text, whole and unread. */
const encoders: Readonly<Record<string, Encode>> = {
  instant: (value) => (value instanceof Date ? sqliteMoment(value) : value),
  boolean: (value) => (typeof value === 'number' ? value !== 0 : value),
};

const read = ({ name, type }: Column, dialect: Dialect): string =>
  type === 'json' ? `${dialect.jsonText(name)} AS ${name}` : name;

/** All rows of a table in the order of its key, in parts of bounded size. `all` is to be of one moment. */
export async function* readTable(all: RunStatement, dialect: Dialect, table: Table): AsyncGenerator<Rows> {
  const columns = table.columns.map((column) => ({ name: column.name, encode: encoders[column.type] ?? null }));
  const order = table.key.join(', ');
  const selected = table.columns.map((column) => read(column, dialect)).join(', ');
  const after = table.key.map((_, at) => `$${at + 2}`).join(', ');
  let last: Record<string, Value> | null = null;
  for (let size = 200; ;) {
    const where = last ? `WHERE (${order}) > (${after})` : '';
    const sql = `SELECT ${selected} FROM ${table.name} ${where} ORDER BY ${order} LIMIT $1`;
    const key: Value[] = last ? table.key.map((column) => last?.[column] ?? null) : [];
    const page: Record<string, Value>[] = await all<Record<string, Value>>(adHoc(sql), [size, ...key]);
    const lines = page.map((row) => JSON.stringify(columns.map(({ name, encode }) => encoded(row[name], encode))));
    if (lines.length > 0) yield { lines };
    if (page.length < size) return;
    last = page.at(-1) ?? null;
    const each = lines.reduce((sum, line) => sum + line.length, 0) / lines.length;
    size = Math.max(FEWEST, Math.min(MOST, Math.round(PAGE_CHARACTERS / each)));
  }
}

const encoded = (value: unknown, encode: Encode | null): unknown =>
  value === null || value === undefined ? null : encode ? encode(value) : value;

/** Writes rows that came by {@link readTable}, from whichever database. The statement is the same for any number of them. */
export function insertSql({ name: table, columns }: Table, { name: dialect }: Dialect): string {
  const names = columns.map(({ name }) => name).join(', ');
  const values = {
    postgres: () => columns.map(({ sqlType }, at) => `CAST(r.value ->> ${at} AS ${sqlType})`),
    sqlite: () => columns.map((_, at) => `json_extract(r.value, '$[${at}]')`),
  };
  const from = { postgres: 'jsonb_array_elements($1::jsonb)', sqlite: 'json_each($1)' };
  return `INSERT INTO ${table} (${names}) SELECT ${values[dialect]().join(', ')} FROM ${from[dialect]} AS r`;
}
