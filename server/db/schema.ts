import { QueryTypes, type Sequelize } from 'sequelize';

export interface ColumnShape {
  /** The same words for both databases: `text(36)`, `text`, `instant`, `day`, `boolean`, `json`, `integer`, `real`. */
  readonly type: string;
  readonly nullable: boolean;
}
export interface TableShape {
  readonly columns: Readonly<Record<string, ColumnShape>>;
  readonly primaryKey: readonly string[];
  /** `column -> table.column`, sorted. */
  readonly foreignKeys: readonly string[];
  /** The words that a CHECK allows, by column, sorted. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}
export type Schema = Readonly<Record<string, TableShape>>;

/** What the database itself says it holds, in words that do not depend on which database it is. */
export const readSchema = (sequelize: Sequelize): Promise<Schema> =>
  schemaBy((sql) => sequelize.query<Row>(sql, { type: QueryTypes.SELECT }), sequelize.getDialect());

/** The same, by whatever runs statements. */
export const schemaBy = (ask: Ask, dialect: string): Promise<Schema> =>
  dialect === 'postgres' ? readPostgres(ask) : readSqlite(ask);

type Row = Record<string, string>;
type Ask = (sql: string) => Promise<Row[]>;

const families: readonly (readonly [RegExp, string])[] = [
  [/^(?:character varying|varchar)\((\d+)\)$/i, 'text($1)'],
  [/^text$/i, 'text'],
  [/^(?:timestamp\(3\) with time zone|datetime)$/i, 'instant'],
  [/^date$/i, 'day'],
  [/^(?:boolean|tinyint\(1\))$/i, 'boolean'],
  [/^jsonb?$/i, 'json'],
  [/^(?:integer|smallint)$/i, 'integer'],
  [/^double precision$/i, 'real'],
];
/** A type that the table above does not know stays as it is, and is then seen to differ. */
export function familyOf(type: string): string {
  const [pattern, family] = families.find(([known]) => known.test(type)) ?? [/$^/, ''];
  return family ? type.replace(pattern, family) : type;
}

const wordsIn = (check: string): string[] =>
  [...check.matchAll(/'([A-Z_]+)'/g)].map(([, word]) => word ?? '').toSorted();

async function readSqlite(ask: Ask): Promise<Schema> {
  const tables = await ask("SELECT name, sql FROM sqlite_master WHERE type = 'table'");
  const schema: Record<string, TableShape> = {};
  for (const { name, sql } of tables as { name: string; sql: string }[]) {
    const columns = await ask(`SELECT name, type, "notnull", pk FROM pragma_table_xinfo('${name}')`);
    const keys = await ask(`SELECT "from", "table", "to" FROM pragma_foreign_key_list('${name}')`);
    const checks = [...sql.matchAll(/CHECK \((\w+) IN \(('[^)]*)\)\)/g)];
    schema[name] = {
      columns: Object.fromEntries(
        columns.map((c) => [c['name'], { type: familyOf(c['type'] ?? ''), nullable: Number(c['notnull']) === 0 }]),
      ),
      primaryKey: columns
        .filter((c) => Number(c['pk']) > 0)
        .toSorted((a, b) => Number(a['pk']) - Number(b['pk']))
        .map((c) => c['name'] ?? ''),
      foreignKeys: keys.map((key) => `${key['from']} -> ${key['table']}.${key['to']}`).toSorted(),
      enums: Object.fromEntries(checks.map(([, column, words]) => [column, wordsIn(words ?? '')])),
    };
  }
  return schema;
}

const postgresColumns = `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
    NOT a.attnotnull AS nullable
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY c.relname, a.attnum`;
const postgresConstraints = `SELECT c.relname AS "table", k.contype AS kind, pg_get_constraintdef(k.oid) AS definition
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = 'public'::regnamespace`;

async function readPostgres(ask: Ask): Promise<Schema> {
  const columns = await ask(postgresColumns);
  const constraints = await ask(postgresConstraints);
  const tables = [...new Set(columns.map((column) => column['table'] ?? ''))];
  return Object.fromEntries(tables.map((table) => [table, postgresTable(table, columns, constraints)]));
}

function postgresTable(table: string, columns: readonly Row[], constraints: readonly Row[]): TableShape {
  const definitions = (kind: string) =>
    constraints
      .filter((constraint) => constraint['table'] === table && constraint['kind'] === kind)
      .map((constraint) => constraint['definition'] ?? '');
  const matches = (kind: string, pattern: RegExp) =>
    definitions(kind).flatMap((definition) => pattern.exec(definition) ?? []);
  const enums = definitions('c')
    .map((definition) => /^CHECK \(\(\((\w+)\)::text = (?:ANY \(.*\)|'[A-Z_]+'::text)\)\)?$/.exec(definition))
    .filter((found) => found !== null);
  return {
    columns: Object.fromEntries(
      columns
        .filter((column) => column['table'] === table)
        .map((c) => [c['column'], { type: familyOf(c['type'] ?? ''), nullable: Boolean(c['nullable']) }]),
    ),
    primaryKey: (matches('p', /\((.*)\)/)[1] ?? '').split(', '),
    foreignKeys: definitions('f')
      .map((definition) => definition.replace(/^FOREIGN KEY \((\w+)\) REFERENCES (\w+)\((\w+)\).*$/, '$1 -> $2.$3'))
      .toSorted(),
    enums: Object.fromEntries(enums.map(([definition, column]) => [column, wordsIn(definition)])),
  };
}
