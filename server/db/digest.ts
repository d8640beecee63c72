import { createHash } from 'node:crypto';
import { QueryTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { allModels } from './allModels.js';
import { decodeRow } from './decodeRow.js';

export interface TableDigest {
  readonly rows: number;
  /** SHA-256, hex. */
  readonly digest: string;
}

const PAGE = 1000;
const models: readonly ModelStatic<Model>[] = allModels;

/** Moved by time itself: how far readers of the log have come. */
const bookkeeping: ReadonlySet<string> = new Set(['log_consumers', 'log_cursors']);

/** The tables that hold facts, by name. Search indexes and bookkeeping follow from others and are not among them. */
export const digestedTables = (): string[] =>
  models
    .map((model) => model.tableName)
    .filter((table) => !bookkeeping.has(table))
    .toSorted();

/**
 * A digest of every row of each table, in the order of its key: equal exactly when the tables hold equal values, also
 * across SQLite and PostgreSQL. Tables that the database does not have are left out. Reads page by page; rows written
 * meanwhile may or may not be in it.
 */
export async function digestOf(
  sequelize: Sequelize,
  tables: readonly string[] = digestedTables(),
): Promise<Record<string, TableDigest>> {
  const digests: Record<string, TableDigest> = {};
  for (const model of models) {
    const table = model.tableName;
    if (!tables.includes(table) || !(await sequelize.getQueryInterface().tableExists(table))) continue;
    digests[table] = await digestOfTable(sequelize, model);
  }
  return digests;
}

async function digestOfTable(sequelize: Sequelize, model: ModelStatic<Model>): Promise<TableDigest> {
  const key = keyColumns(model);
  const hash = createHash('sha256');
  let rows = 0;
  let last: unknown[] | null = null;
  for (;;) {
    const page: Record<string, unknown>[] = await readPage(sequelize, model.tableName, key, last);
    for (const row of page) hash.update(`${canonicalJson(decodeRow(model, row))}\n`);
    rows += page.length;
    const end = page.at(-1);
    if (!end || page.length < PAGE) return { rows, digest: hash.digest('hex') };
    last = key.map((column) => end[column]);
  }
}

const keyColumns = (model: ModelStatic<Model>): string[] =>
  model.primaryKeyAttributes.map((attribute) => model.getAttributes()[attribute]?.field ?? attribute);

function readPage(sequelize: Sequelize, table: string, key: readonly string[], last: unknown[] | null) {
  const columns = key.join(', ');
  const after = last ? `WHERE (${columns}) > (${key.map((_, at) => `$${at + 1}`).join(', ')})` : '';
  return sequelize.query<Record<string, unknown>>(`SELECT * FROM ${table} ${after} ORDER BY ${columns} LIMIT ${PAGE}`, {
    type: QueryTypes.SELECT,
    ...(last ? { bind: last } : {}),
  });
}
