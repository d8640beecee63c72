import type { JsonValue } from '../../contract/errors.js';
import { epochIn } from '../backup/backup.js';
import { restore, type RestoreOptions } from '../backup/restore.js';
import { inScratchDatabase } from '../backup/scratchDatabase.js';
import { tablesOf, type Table } from '../backup/catalog.js';
import { readTable } from '../backup/tableRows.js';
import { createMigrator } from '../db/migrator.js';
import type { DialectName } from '../db/dialect.js';
import type { WriteDeps } from '../db/unitOfWork.js';
import type { ComparisonReport } from '../features/validations/compare/comparison.js';
import { mergedPairs, type KeyedFields } from '../features/validations/compare/mergedPairs.js';
import { recordComparison } from '../features/validations/compare/recordComparison.js';
import { systemActor } from '../kernel/actor.js';
import { scenariosOf, type Side } from './copyScenarios.js';

const technologies: Readonly<Record<DialectName, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
/** Its epoch is another, as it should be. */
const OWN = 'installation';

/** What the session is called, and what was asked for. */
interface Copied {
  readonly name: string;
  readonly command: string;
  /** What the source is, if not a database of its dialect. */
  readonly technology?: string;
}

/**
 * Compares a copy with what it was made of, row by row and by what both answer, and keeps what came of it as a validation session in the copy.
 * @param source of the moment of which the copy is
 */
export async function recordCopy(
  source: Side,
  deps: WriteDeps,
  { name, command, technology = technologies[source.db.dialect.name] }: Copied,
): Promise<ComparisonReport> {
  const tables = (await tablesOf(source.all, source.db.dialect)).filter((table) => table.name !== OWN);
  const { db } = deps;
  return db.snapshot(async (all) => {
    // The first look fixes the moment: what is recorded from here on is not compared.
    await epochIn(all);
    return recordComparison(deps, systemActor, {
      name,
      sourceTechnology: technology,
      targetTechnology: technologies[db.dialect.name],
      projectId: null,
      request: { command },
      tables: tables.map((table) => ({
        name: table.name,
        pairs: mergedPairs(pagesOf(source, table), pagesOf({ db, all }, table)),
      })),
      scenarios: await scenariosOf(source, { db, all }),
    });
  });
}

/**
 * Compares a database with the backup that was restored into it: that is loaded once more, into a database of its own, which can be asked.
 * @param restored as it was restored
 */
export const recordRestore = (
  restored: Pick<RestoreOptions, 'file' | 'now' | 'keepSessions'>,
  deps: WriteDeps,
): Promise<ComparisonReport> =>
  inScratchDatabase(async (db) => {
    const { source } = await restore({ ...restored, db, migrator: createMigrator(db), store: null });
    const about = {
      name: 'Restore of a backup',
      command: 'db restore',
      technology: `Backup of ${technologies[source]}`,
    };
    return recordCopy({ db, all: db.all }, deps, about);
  });

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
