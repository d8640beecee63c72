export type DialectName = 'sqlite' | 'postgres';

/**
 * NO KEY UPDATE: for a change; rows that point here may still be written. SHARE: nobody changes it until we end.
 * UPDATE also holds off whoever writes a row that points here.
 */
export type LockStrength = 'UPDATE' | 'NO KEY UPDATE' | 'SHARE';

/** The few words in which the two databases differ, so that one statement text serves both. */
export interface Dialect {
  readonly name: DialectName;
  /** Row lock at the end of a SELECT on the table or alias `of`; SQLite has one writer at a time and needs none. */
  lock(strength: LockStrength, of: string): string;
  /** `column IN (the list bound to parameter)`; bind with {@link list}. */
  anyOf(column: string, parameter: string): string;
  /**
   * Rows of a table, under its alias, whose column holds one of the list that is bound: for FROM. Each is looked up by itself, by the index of
   * that column, which begins with what `key` says of others; anything else is for WHERE. A table that has just grown is thought to be small, and
   * would be read whole, or by whatever index has a word of the condition.
   */
  eachOf(list: string, table: string, alias: string, column: string, key?: string): string;
  /** The items of the JSON list bound to a parameter, as a relation of that name with the column `value`. */
  itemsOf(parameter: string, relation: string): string;
  /** An aggregate: of each row these columns, as a JSON list of lists in this order; of no rows null, or an empty list. */
  listsOf(columns: readonly string[], order: string): string;
  /** The JSON column as text, unparsed. */
  jsonText(column: string): string;
  /** A bound value whose type its place does not tell, as one of the model's type (by Sequelize's name of it). */
  cast(expression: string, type: string | undefined): string;
  /** A text inside of the JSON column, by the names that lead to it. */
  jsonField(column: string, ...path: readonly string[]): string;
  /** The JSON column has, under a name of letters and digits, the plain value that is bound as JSON text. */
  jsonHas(column: string, name: string, parameter: string): string;
}

/** What a model's type is called in PostgreSQL, where it is not text. */
const typeNames: Readonly<Partial<Record<string, string>>> = {
  BOOLEAN: 'boolean',
  DATE: 'timestamptz',
  DATEONLY: 'date',
  'DOUBLE PRECISION': 'double precision',
  INTEGER: 'integer',
  JSON: 'jsonb',
  SMALLINT: 'smallint',
};

const postgres: Dialect = {
  name: 'postgres',
  lock: (strength, of) => `FOR ${strength} OF ${of}`,
  anyOf: (column, parameter) => `${column} = ANY(${parameter}::text[])`,
  // Nothing from outside comes past the OFFSET.
  eachOf: (list, table, alias, column, key = 'TRUE') =>
    `(SELECT DISTINCT unnest(${list}::text[]) AS value) n CROSS JOIN LATERAL (SELECT ${alias}.* FROM ${table} ${alias}
     WHERE ${alias}.${column} = n.value AND ${key} OFFSET 0) ${alias}`,
  itemsOf: (parameter, relation) => `json_array_elements(${parameter}::json) AS ${relation} (value)`,
  listsOf: (columns, order) => `json_agg(json_build_array(${columns.join(', ')}) ORDER BY ${order})`,
  cast: (expression, type = '') => `CAST(${expression} AS ${typeNames[type] ?? 'text'})`,
  jsonText: (column) => `${column}::text`,
  jsonField: (column, ...path) => `${column} #>> '{${path.join(',')}}'`,
  jsonHas: (column, name, parameter) => `${column} -> '${name}' = ${parameter}::jsonb`,
};
const sqlite: Dialect = {
  name: 'sqlite',
  lock: () => '',
  anyOf: (column, parameter) => `${column} IN (SELECT value FROM json_each(${parameter}))`,
  // The order of a CROSS JOIN is kept.
  eachOf: (list, table, alias, column, key = 'TRUE') =>
    `(SELECT DISTINCT value FROM json_each(${list})) n CROSS JOIN ${table} ${alias} ON ${alias}.${column} = n.value AND ${key}`,
  itemsOf: (parameter, relation) => `json_each(${parameter}) AS ${relation}`,
  listsOf: (columns, order) => `json_group_array(json_array(${columns.join(', ')}) ORDER BY ${order})`,
  cast: (expression) => expression,
  jsonText: (column) => column,
  jsonField: (column, ...path) => `json_extract(${column}, '$.${path.join('.')}')`,
  // Of its own, `true` would be 1.
  jsonHas: (column, name, parameter) => `json_type(${column}, '$.${name}') = json_type(${parameter})
    AND json_extract(${column}, '$.${name}') = json_extract(${parameter}, '$')`,
};
export const dialects = { postgres, sqlite } satisfies Record<DialectName, Dialect>;
