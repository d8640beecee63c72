import type { Attributes, Model, ModelStatic } from 'sequelize';
import type { Dialect } from './dialect.js';
import { statement, type Statement, type Statements, type Value } from './statement.js';

/** Statements that write rows of one model, one for each number of rows, and the values of such a row in their order. */
export interface RowStatement<Row> {
  /** Of a single row. */
  readonly statement: Statement;
  readonly ofMany: (count: number) => Statement;
  readonly values: (row: Row) => Value[];
  readonly alike?: Alike;
}

/** Statements that are told once what all their rows hold: the first so many values of each, before the others of all. */
export interface Alike {
  readonly width: number;
  readonly ofMany: (count: number) => Statement;
}

/**
 * So many rows go into one statement. Each number is a statement that connections keep prepared, so there are few; what one
 * change writes goes out as one.
 */
export const LARGEST_BATCH = 256;
const SIZES = [LARGEST_BATCH, 128, 64, 32, 16, 8, 7, 6, 5, 4, 3, 2, 1];

export function inBatches<Row>(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = [];
  for (let at = 0; at < rows.length; at += batches.at(-1)?.length ?? 1) {
    const left = rows.length - at;
    batches.push(rows.slice(at, at + (SIZES.find((size) => size <= left) ?? 1)));
  }
  return batches;
}

/**
 * The same of rows that others change as well, each for the whole time of its transaction and all in the same order. PostgreSQL would lock those of
 * one statement in an order of its own: there each is changed by itself.
 */
export const inLockOrder = <Row>(rows: readonly Row[], { name }: Dialect): Row[][] =>
  name === 'postgres' ? rows.map((row) => [row]) : inBatches(rows);

/** Adds to a column of several rows, and tells of each what is then in it and in others. First come the values of `also`, then of each row its key and how much. */
export function addByCount(
  name: string,
  { table, key, column, also = [], told }: AddedTo,
): (count: number) => Statement {
  const common = also.map((set, nth) => `${set} = $${nth + 1}`);
  return statementsByCount(
    name,
    2,
    (rows, d) => {
      const [[of, more] = []] = rows;
      const added = rows.length === 1 ? more : d.cast('v.column2', 'INTEGER');
      const set = [`${column} = ${table}.${column} + ${added}`, ...common].join(', ');
      const which =
        rows.length === 1
          ? `WHERE ${key} = ${of}`
          : `FROM (VALUES ${rows.map(tuple).join(', ')}) AS v WHERE ${table}.${key} = v.column1`;
      return `UPDATE ${table} SET ${set} ${which} RETURNING ${[key, ...told].join(', ')}`;
    },
    also.length,
  );
}
interface AddedTo {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  /** Columns that are set to the same in all rows. */
  readonly also?: readonly string[];
  /** Besides the key. */
  readonly told: readonly string[];
}

/** Writes any number of rows. None of them may depend on another one being written before it. */
export function sendRows<Row>(
  { send }: Pick<Statements, 'send'>,
  { values, ...statements }: RowStatement<Row>,
  rows: readonly Row[],
): void {
  for (const batch of inBatches(rows)) send(...toldOnce(statements, batch.map(values)));
}

/** The statement for rows of these values, and what it is told. */
export function toldOnce(
  { ofMany, alike }: Pick<RowStatement<never>, 'ofMany' | 'alike'>,
  rows: readonly (readonly Value[])[],
): [Statement, Value[]] {
  const { length: count, 0: first } = rows;
  if (!alike || !first || count < COPIED || !agree(rows, first, alike.width)) return [ofMany(count), rows.flat()];
  const { width } = alike;
  const flat = first.slice(0, width);
  for (const row of rows) for (let at = width; at < row.length; at++) flat.push(row[at] ?? null);
  return [alike.ofMany(count), flat];
}

function agree(rows: readonly (readonly Value[])[], first: readonly Value[], width: number): boolean {
  for (const row of rows) for (let at = 0; at < width; at++) if (row[at] !== first[at]) return false;
  return true;
}

/** The places of `width` values of each of `count` rows, behind so many others: `$1`, `$2`, … */
const marksOf = (width: number, count: number, behind = 0): string[][] =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: width }, (__, nth) => `$${behind + row * width + nth + 1}`),
  );

/** A statement for each number of rows; `text` is given the places of the values of each of them, which follow so many others. */
export function statementsByCount(
  name: string,
  width: number,
  text: (rows: readonly (readonly string[])[], dialect: Dialect) => string,
  behind = 0,
): (count: number) => Statement {
  const known = new Map<number, Statement>();
  return (count) => {
    const made = known.get(count) ?? statement(`${name}.${count}`, (d) => text(marksOf(width, count, behind), d));
    known.set(count, made);
    return made;
  };
}

/** From so many rows on COPY is worth it: it takes no value by itself. */
const COPIED = 32;

/** What inserts so many rows with these columns into a table. */
export function insertsByCount(name: string, table: string, columns: readonly string[]): (count: number) => Statement {
  return insertsAlike(name, table, columns, 0);
}

/** The same, where all rows hold alike what stands in the first so many columns. */
export function insertsAlike(
  name: string,
  table: string,
  columns: readonly string[],
  alike: number,
): (count: number) => Statement {
  const into = `${table} (${columns.join(', ')})`;
  const [common = []] = marksOf(alike, 1);
  const inserts = statementsByCount(
    name,
    columns.length - alike,
    (rows) => `INSERT INTO ${into} VALUES ${rows.map((row) => tuple([...common, ...row])).join(', ')}`,
    alike,
  );
  const copy = { text: `COPY ${into} FROM STDIN`, width: columns.length, alike };
  return (count) => (count < COPIED ? inserts(count) : { ...inserts(count), copy });
}

export const tuple = (values: readonly string[]): string => `(${values.join(', ')})`;

const encode = (type: string | undefined, value: unknown): Value =>
  value === undefined || value === null ? null : type === 'JSON' ? JSON.stringify(value) : (value as Value);

interface Columns<Row> {
  readonly fields: readonly string[];
  readonly types: readonly (string | undefined)[];
  values(row: Row): Value[];
}

/** Read from the model on first use: a model knows its columns only once it belongs to a Sequelize instance. */
function columnsOf<M extends Model, Name extends keyof Attributes<M> & string>(
  model: ModelStatic<M>,
  names: readonly Name[],
): () => Columns<Pick<Attributes<M>, Name>> {
  let known: Columns<Pick<Attributes<M>, Name>> | undefined;
  return () => {
    if (known) return known;
    const attributes = model.getAttributes();
    const types = names.map((name) => (attributes[name].type as { key?: string }).key);
    known = {
      fields: names.map((name) => attributes[name].field ?? name),
      types,
      values: (row) => names.map((name, index) => encode(types[index], row[name])),
    };
    return known;
  };
}

/**
 * `INSERT` of rows with the given attributes; table and columns come from the model. `kind` tells apart several of one model.
 * @param alike in which rows that are written together mostly agree.
 */
export function insertRow<M extends Model, Name extends keyof Attributes<M> & string>(
  model: ModelStatic<M>,
  names: readonly Name[],
  { kind = 'insert', alike = [] }: { readonly kind?: string; readonly alike?: readonly Name[] } = {},
): RowStatement<Pick<Attributes<M>, Name>> {
  const columns = columnsOf(model, [...new Set([...alike, ...names])]);
  const inserts = (called: string, width: number): Alike['ofMany'] => {
    let made: Alike['ofMany'] | undefined;
    return (count) => (made ??= insertsAlike(called, model.tableName, columns().fields, width))(count);
  };
  const name = `${model.name}.${kind}`;
  const ofMany = inserts(name, 0);
  const { length: width } = alike;
  return {
    statement: statement(`${name}.1`, (d) => ofMany(1).text(d)),
    ofMany,
    values: (row) => columns().values(row),
    ...(width > 0 && { alike: { width, ofMany: inserts(`${name}.alike`, width) } }),
  };
}

/** `UPDATE` of the given attributes of the rows with these ids. `kind` tells apart several such statements of one model. */
export function updateRow<M extends Model, Name extends keyof Attributes<M> & string>(
  model: ModelStatic<M>,
  names: readonly Name[],
  kind = 'all',
): RowStatement<Pick<Attributes<M>, Name> & { id: string }> {
  const columns = columnsOf(model, names);
  const name = `${model.name}.update.${kind}`;
  const one = statement(name, () => {
    const changes = columns().fields.map((field, index) => `${field} = $${index + 2}`);
    return `UPDATE ${model.tableName} SET ${changes.join(', ')} WHERE id = $1`;
  });
  const several = statementsByCount(name, names.length + 1, (rows, d) => {
    const { fields, types } = columns();
    const table = model.tableName;
    // Both databases name the columns of VALUES so.
    const changes = fields.map((field, index) => `${field} = ${d.cast(`v.column${index + 2}`, types[index])}`);
    const values = rows.map((row) => tuple(row)).join(', ');
    return `UPDATE ${table} SET ${changes.join(', ')} FROM (VALUES ${values}) AS v WHERE ${table}.id = v.column1`;
  });
  return {
    statement: one,
    ofMany: (count) => (count === 1 ? one : several(count)),
    values: (row) => [row.id, ...columns().values(row)],
  };
}
