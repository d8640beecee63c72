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
  await rebuildTable(step, table, (sql) => {
    const check = new RegExp(`CHECK \\(${column} IN \\([^)]*\\)\\)`).exec(sql)?.[0];
    if (check === undefined) throw new Error(`${table}.${column} is not held to words`);
    return sql.replace(check, oneOf(column, change(wordsIn(check))));
  });
}

/**
 * Puts constraints of these names in the place of what is there: `null` takes one away. The table must be one that no other points at, and ends with its
 * constraints.
 */
export async function changeConstraints(
  step: MigrationStep,
  table: string,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const [name, check] of Object.entries(changes)) {
    const added = check === null ? [] : [`CONSTRAINT ${name} ${check}`];
    if (isPostgres(step))
      await run(step, [
        `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${name}`,
        ...added.map((constraint) => `ALTER TABLE ${table} ADD ${constraint}`),
      ]);
    else await rebuildTable(step, table, (sql) => withConstraint(sql, name, added));
  }
}

function withConstraint(sql: string, name: string, added: readonly string[]): string {
  const lines = sql.split('\n').filter((line) => !line.trimStart().startsWith(`CONSTRAINT ${name} `));
  const end = lines.pop() ?? '';
  const kept = lines.join('\n').replace(/,\s*$/, '');
  return [[kept, ...added].join(',\n  '), end].join('\n');
}

/** SQLite changes no constraint of a table that is there: it is made anew, with its rows and indexes. */
async function rebuildTable(step: MigrationStep, table: string, edit: (sql: string) => string): Promise<void> {
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
  await run(step, [
    edit(sql).replace(/^CREATE TABLE "?\w+"?/, `CREATE TABLE ${table}_anew`),
    `INSERT INTO ${table}_anew (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM ${table}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE ${table}_anew RENAME TO ${table}`,
    ...indexes,
  ]);
}
