import type { Model, ModelStatic, Sequelize } from 'sequelize';
import { QueryTypes } from 'sequelize';
import { defaultsOf, indexesOf, shapeOfModel, type ModelIndex } from './modelSchema.js';
import { readSchema, type ColumnShape, type TableShape } from './schema.js';

/** One step of a migration, there and back, as source text. */
interface Step {
  readonly up: string;
  readonly down: string;
}
export interface AutoMigration {
  /** Null: models and database say the same. */
  readonly text: string | null;
  /** What differs and is to be written by hand. */
  readonly byHand: readonly string[];
}

/** Of the database itself: what follows from other tables, and the memory of the migrators. */
const withoutModel = /^(?:sqlite_.*|ticket_field_values|\w+_search(?:_fts\w*)?|sequelize_(?:meta|data))$/;

type Shape = Pick<TableShape, 'columns' | 'primaryKey' | 'foreignKeys'>;

/** How a column is written with the helpers of migrations, by what `readSchema` calls its type. */
function columnSource(name: string, { type, nullable }: ColumnShape, isKey: boolean, preset?: string): string {
  const [, length] = /^text\((\d+)\)$/.exec(type) ?? [];
  const methods: Readonly<Record<string, string>> = { boolean: 'bool', integer: 'int' };
  const written =
    length === '36'
      ? `c.id('${name}')`
      : length
        ? `c.short('${name}', ${length})`
        : `c.${methods[type] ?? type}('${name}')`;
  const plain = name === 'id' && isKey;
  return `\${${written}}${plain || nullable ? '' : ' NOT NULL'}${preset === undefined ? '' : ` DEFAULT ${preset}`}`;
}

/** What rows that are there get where a column may not be empty and its model names no default. */
const emptyOf: Readonly<Record<string, string>> = { integer: '0', real: '0', boolean: 'false', json: "'{}'" };

function referenceOf({ foreignKeys }: Shape, column: string): string {
  const [, table, key] =
    foreignKeys
      .map((text) => /^(\w+) -> (\w+)\.(\w+)$/.exec(text))
      .find((found) => found?.[1] === column)
      ?.slice(1) ?? [];
  return table === undefined ? '' : ` REFERENCES ${table} (${key})`;
}

function createTable(table: string, shape: Shape, defaults: Readonly<Record<string, string>>): string {
  const lines = Object.entries(shape.columns).map(
    ([name, column]) =>
      `  ${columnSource(name, column, shape.primaryKey.includes(name), defaults[name])}${referenceOf(shape, name)}`,
  );
  const isPlainId = shape.primaryKey.length === 1 && shape.primaryKey[0] === 'id';
  if (!isPlainId && shape.primaryKey.length > 0) lines.push(`  PRIMARY KEY (${shape.primaryKey.join(', ')})`);
  return `CREATE TABLE ${table} (\n${lines.join(',\n')}\n)`;
}

function addColumn(table: string, shape: Shape, name: string, preset: string | undefined): string {
  const column = shape.columns[name] ?? { type: 'text', nullable: true };
  const reference = referenceOf(shape, name);
  const needed = column.nullable ? undefined : (emptyOf[column.type] ?? "''");
  return `ALTER TABLE ${table} ADD COLUMN ${columnSource(name, column, false, preset ?? needed)}${reference}`;
}

const dropTable = (table: string): string => `DROP TABLE ${table}`;
const dropColumn = (table: string, column: string): string => `ALTER TABLE ${table} DROP COLUMN ${column}`;
const createIndex = (table: string, { name, unique, columns }: ModelIndex): string =>
  `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} (${columns.join(', ')})`;

/**
 * The migration that makes the database what the models say: tables and columns that come or go, and indexes that models name. What
 * changes in place (types, whether empty is allowed, keys, references) differs between the two databases and is only told.
 */
export async function autoMigration(
  sequelize: Sequelize,
  models: readonly ModelStatic<Model>[],
): Promise<AutoMigration> {
  const schema = await readSchema(sequelize);
  const indexes = await indexNames(sequelize);
  const steps: Step[] = [];
  const byHand: string[] = [];
  for (const model of models) {
    const { tableName: table } = model;
    const [wanted, there, defaults] = [shapeOfModel(model), schema[table], defaultsOf(model)];
    if (there) steps.push(...columnSteps(table, wanted, there, defaults));
    else steps.push({ up: createTable(table, wanted, defaults), down: dropTable(table) });
    if (there) byHand.push(...changesInPlace(table, wanted, there));
    for (const index of indexesOf(model))
      if (!indexes.has(index.name)) steps.push({ up: createIndex(table, index), down: `DROP INDEX ${index.name}` });
  }
  const known = new Set(models.map(({ tableName }) => tableName));
  for (const [table, shape] of Object.entries(schema))
    if (!known.has(table) && !withoutModel.test(table))
      steps.push({ up: dropTable(table), down: createTable(table, shape, {}) });
  return { text: steps.length === 0 ? null : textOf(steps), byHand };
}

function columnSteps(table: string, wanted: Shape, there: Shape, defaults: Readonly<Record<string, string>>): Step[] {
  const added = Object.keys(wanted.columns).filter((name) => !there.columns[name]);
  const gone = Object.keys(there.columns).filter((name) => !wanted.columns[name]);
  return [
    ...added.map((name) => ({ up: addColumn(table, wanted, name, defaults[name]), down: dropColumn(table, name) })),
    ...gone.map((name) => ({ up: dropColumn(table, name), down: addColumn(table, there, name, undefined) })),
  ];
}

function changesInPlace(table: string, wanted: Shape, there: Shape): string[] {
  const told: string[] = [];
  const word = ({ type, nullable }: ColumnShape) => `${type}${nullable ? '' : ' NOT NULL'}`;
  for (const [name, column] of Object.entries(wanted.columns)) {
    const is = there.columns[name];
    if (is && word(is) !== word(column))
      told.push(`${table}.${name} is ${word(is)} in the database and ${word(column)} in its model`);
  }
  if (wanted.primaryKey.join() !== there.primaryKey.join())
    told.push(
      `the key of ${table} is (${there.primaryKey.join(', ')}) in the database and (${wanted.primaryKey.join(', ')}) in its model`,
    );
  const kept = (shape: Shape, other: Shape) =>
    shape.foreignKeys.filter((key) => other.columns[key.split(' ')[0] ?? '']);
  const [now, then] = [kept(there, wanted), kept(wanted, there)];
  for (const key of then) if (!now.includes(key)) told.push(`${table}: ${key} is a reference of the model alone`);
  for (const key of now) if (!then.includes(key)) told.push(`${table}: ${key} is a reference of the database alone`);
  return told;
}

async function indexNames(sequelize: Sequelize): Promise<Set<string>> {
  const sql =
    sequelize.getDialect() === 'postgres'
      ? 'SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()'
      : "SELECT name FROM sqlite_master WHERE type = 'index'";
  const rows = await sequelize.query<{ name: string }>(sql, { type: QueryTypes.SELECT });
  return new Set(rows.map(({ name }) => name));
}

const listed = (statements: readonly string[]): string =>
  `[\n${statements.map((sql) => `    \`${sql.replaceAll('\n', '\n    ')}\`,\n`).join('')}  ]`;

/** Steps are taken back in the opposite order. */
function textOf(steps: readonly Step[]): string {
  const [up, down] = [steps.map((step) => step.up), steps.toReversed().map((step) => step.down)];
  const needs = (statements: readonly string[]) => statements.some((sql) => sql.includes('${c.'));
  const body = (name: string, statements: readonly string[]) =>
    `export const ${name}: Migration = async (step) => {\n${needs(statements) ? '  const c = columnsFor(step);\n' : ''}  await run(step, ${listed(statements)});\n};\n`;
  const helpers = needs([...up, ...down]) ? 'columnsFor, run' : 'run';
  return `import type { Migration } from '../server/db/migration.js';
import { ${helpers} } from './support/sql.js';

${body('up', up)}
${body('down', down)}`;
}
