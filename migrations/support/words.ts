import { QueryTypes } from 'sequelize';
import type { MigrationStep } from '../../server/db/migration.js';
import { isPostgres, run } from './sql.js';

async function texts(step: MigrationStep, sql: string): Promise<string[]> {
  const { context, transaction } = step;
  const rows = await context.sequelize.query<{ text: string }>(sql, { transaction, type: QueryTypes.SELECT });
  return rows.map(({ text }) => text);
}

const wordsIn = (check: string): string[] => [...check.matchAll(/'([A-Z_]+)'/g)].map(([, word]) => word ?? '');
const oneOf = (column: string, words: readonly string[]): string =>
  `CHECK (${column} IN (${words.map((word) => `'${word}'`).join(', ')}))`;

/**
 * Changes the words that a column may hold, whatever other migrations made of them. The table must be one that no other points at: SQLite changes no CHECK
 * of a table that is there, so it is made anew there.
 */
export async function changeWords(
  step: MigrationStep,
  table: string,
  column: string,
  change: (words: readonly string[]) => readonly string[],
): Promise<void> {
  await (isPostgres(step) ? alter : rebuild)(step, table, column, change);
}

type Change = (words: readonly string[]) => readonly string[];

async function alter(step: MigrationStep, table: string, column: string, change: Change): Promise<void> {
  const name = `${table}_${column}_check`;
  const [check = ''] = await texts(
    step,
    `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = '${name}' AND conrelid = '${table}'::regclass`,
  );
  await run(step, [
    `ALTER TABLE ${table} DROP CONSTRAINT ${name}`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${oneOf(column, change(wordsIn(check)))}`,
  ]);
}

async function rebuild(step: MigrationStep, table: string, column: string, change: Change): Promise<void> {
  const made = (type: string) =>
    texts(
      step,
      `SELECT sql AS text FROM sqlite_master WHERE type = '${type}' AND tbl_name = '${table}' AND sql IS NOT NULL`,
    );
  const [[sql = ''], indexes, columns] = [
    await made('table'),
    await made('index'),
    await texts(step, `SELECT name AS text FROM pragma_table_info('${table}')`),
  ];
  const check = new RegExp(`CHECK \\(${column} IN \\([^)]*\\)\\)`).exec(sql)?.[0];
  if (check === undefined) throw new Error(`${table}.${column} is not held to words`);
  const anew = sql
    .replace(check, oneOf(column, change(wordsIn(check))))
    .replace(/^CREATE TABLE "?\w+"?/, `CREATE TABLE ${table}_anew`);
  await run(step, [
    anew,
    `INSERT INTO ${table}_anew (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM ${table}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE ${table}_anew RENAME TO ${table}`,
    ...indexes,
  ]);
}
