import type { JsonValue } from '../../contract/errors.js';
import { epochIn } from '../backup/backup.js';
import { tablesOf, type Table } from '../backup/catalog.js';
import { readTable } from '../backup/tableRows.js';
import type { Database } from '../db/database.js';
import type { DialectName } from '../db/dialect.js';
import type { RunStatement } from '../db/statement.js';
import type { WriteDeps } from '../db/unitOfWork.js';
import type { ComparisonReport } from '../features/validations/compare/comparison.js';
import { mergedPairs, type KeyedFields } from '../features/validations/compare/mergedPairs.js';
import { recordComparison } from '../features/validations/compare/recordComparison.js';
import { systemActor } from '../kernel/actor.js';

interface Side {
  readonly db: Database;
  readonly all: RunStatement;
}

const technologies: Readonly<Record<DialectName, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
/** Its epoch is another, as it should be. */
const OWN = 'installation';

/**
 * Compares a copy with what it was made of, row by row, and keeps what came of it as a validation session in the copy.
 * @param source of the moment of which the copy is
 */
export async function recordCopy(source: Side, deps: WriteDeps): Promise<ComparisonReport> {
  const tables = (await tablesOf(source.all, source.db.dialect)).filter(({ name }) => name !== OWN);
  const { db } = deps;
  return db.snapshot(async (all) => {
    // The first look fixes the moment: what is recorded from here on is not compared.
    await epochIn(all);
    return recordComparison(deps, systemActor, {
      name: 'Copy of a database',
      sourceTechnology: technologies[source.db.dialect.name],
      targetTechnology: technologies[db.dialect.name],
      projectId: null,
      request: { command: 'db copy' },
      tables: tables.map((table) => ({
        name: table.name,
        pairs: mergedPairs(pagesOf(source, table), pagesOf({ db, all }, table)),
      })),
    });
  });
}

async function* pagesOf({ db, all }: Side, { name, columns }: Table): AsyncGenerator<KeyedFields[]> {
  const own = (await tablesOf(all, db.dialect)).find((table) => table.name === name);
  if (!own) return;
  const ordered = {
    ...own,
    columns: columns.flatMap((column) => own.columns.find((one) => one.name === column.name) ?? []),
  };
  for await (const { lines } of readTable(all, db.dialect, ordered)) yield lines.map((line) => keyed(ordered, line));
}

function keyed({ columns, key }: Table, line: string): KeyedFields {
  const values = JSON.parse(line) as JsonValue[];
  const read = (value: JsonValue, type: string) =>
    type === 'json' && typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value;
  const fields = Object.fromEntries(columns.map(({ name, type }, at) => [name, read(values[at] ?? null, type)]));
  return { key: key.map((name) => sortable(fields[name] ?? null)).join(' '), fields };
}

/** Numbers sort by their digits when they have equally many. */
const sortable = (value: JsonValue): string =>
  typeof value === 'number'
    ? String(value).padStart(12, '0')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
