import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tableText } from '../csv/tableText.js';
import type { Database } from '../db/database.js';
import type { RunStatement } from '../db/statement.js';
import { rowsIn } from './backup.js';
import type { ExportFormat as Format } from './exportFormats.js';
import { tablesOf, type Table } from './catalog.js';
import { readTable } from './tableRows.js';

/** What proves who somebody is stays in the database, and in its backups. */
const secret = /(?:^|_)(?:hash|secret|password)(?:_|$)|_hash$/;
/** Whoever has an export does not sign in by it. */
const notExported: ReadonlySet<string> = new Set(['refresh_tokens', 'idempotency_keys', 'installation']);

export interface ExportOptions {
  readonly db: Database;
  readonly format: Format;
  /** Is made; files in it are replaced. */
  readonly folder: string;
  /** Empty: all. */
  readonly tables: readonly string[];
  readonly progress: (done: number, of: number) => void;
}
export class NoSuchTable extends Error {
  override readonly name = 'NoSuchTable';
}

/** Tables that can be exported, with the columns that are. */
export async function exportable(all: RunStatement, { dialect }: Pick<Database, 'dialect'>): Promise<Table[]> {
  const tables = await tablesOf(all, dialect);
  return tables
    .filter(({ name }) => !notExported.has(name))
    .map((table) => ({ ...table, columns: table.columns.filter(({ name }) => !secret.test(name)) }))
    .map((table) => ({ ...table, columns: withKey(table) }));
}

/** Pages go on behind their keys, so these are read too. */
const withKey = ({ columns, key }: Table) =>
  key.every((name) => columns.some((column) => column.name === name)) ? columns : [];

/** One file for each table, as all is at one moment: a JSON list of objects, or CSV whose cells no spreadsheet takes for formulas. */
export async function exportTables(
  { db, format, folder, tables: wanted, progress }: ExportOptions,
  all: RunStatement,
): Promise<{ table: string; file: string; rows: number }[]> {
  const known = await exportable(all, db);
  const strange = wanted.filter((name) => !known.some((table) => table.name === name));
  if (strange.length > 0)
    throw new NoSuchTable(
      `there is no table ${strange[0]} to export. There are: ${known.map(({ name }) => name).join(', ')}`,
    );
  const tables = wanted.length === 0 ? known : known.filter(({ name }) => wanted.includes(name));
  await mkdir(folder, { recursive: true });
  const total = await rowsIn(all, tables);
  const done: { table: string; file: string; rows: number }[] = [];
  let count = 0;
  for (const table of tables) {
    const file = join(folder, `${table.name}.${format}`);
    const rows = await writeTable(db, all, table, file, format, (of) => progress((count += of), total));
    done.push({ table: table.name, file, rows });
  }
  return done;
}

interface Shape {
  readonly begin: string;
  readonly end: string;
  readonly rows: (lines: readonly unknown[][], isFirst: boolean) => string;
}

const cellOf = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

const instant = (value: unknown): unknown =>
  typeof value === 'string' ? `${value.slice(0, 10)}T${value.slice(11, 23)}Z` : value;

function shapeOf({ columns }: Table, format: Format): Shape {
  const names = columns.map(({ name }) => name);
  const plain = (line: readonly unknown[]) =>
    line.map((value, at) => (columns[at]?.type === 'instant' ? instant(value) : value));
  const shapes: Record<Format, Shape> = {
    csv: {
      begin: tableText([names]),
      end: '',
      rows: (lines) => tableText(lines.map((line) => plain(line).map((value) => cellOf(value)))),
    },
    json: {
      begin: '[\n',
      end: '\n]\n',
      rows: (lines, isFirst) =>
        (isFirst ? '' : ',\n') + lines.map((line) => JSON.stringify(objectOf(plain(line)))).join(',\n'),
    },
  };
  const objectOf = (line: readonly unknown[]) =>
    Object.fromEntries(
      names.map((name, at) => [
        name,
        columns[at]?.type === 'json' && typeof line[at] === 'string' ? (JSON.parse(line[at]) as unknown) : line[at],
      ]),
    );
  return shapes[format];
}

async function writeTable(
  db: Database,
  all: RunStatement,
  table: Table,
  file: string,
  format: Format,
  told: (rows: number) => void,
): Promise<number> {
  const { begin, end, rows } = shapeOf(table, format);
  const out = createWriteStream(file, { mode: 0o600 });
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain');
  };
  let count = 0;
  await write(begin);
  for await (const { lines } of readTable(all, db.dialect, table)) {
    await write(
      rows(
        lines.map((line) => JSON.parse(line) as unknown[]),
        count === 0,
      ),
    );
    count += lines.length;
    told(lines.length);
  }
  out.end(end);
  await once(out, 'finish');
  return count;
}
