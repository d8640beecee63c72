import type { Attributes, Model, ModelStatic } from 'sequelize';
import { statement, type Statement, type Value } from './statement.js';

/** A statement that writes rows of one model, and the values of such a row in its order. */
export interface RowStatement<Row> {
  readonly statement: Statement;
  readonly values: (row: Row) => Value[];
}

const encode = (type: string | undefined, value: unknown): Value =>
  value === undefined || value === null ? null : type === 'JSON' ? JSON.stringify(value) : (value as Value);

interface Columns<Row> {
  readonly fields: readonly string[];
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
      values: (row) => names.map((name, index) => encode(types[index], row[name])),
    };
    return known;
  };
}

function insertText(table: string, fields: readonly string[], rowCount: number): string {
  const marks = (row: number) => fields.map((_, index) => `$${row * fields.length + index + 1}`).join(', ');
  const rows = Array.from({ length: rowCount }, (_, row) => `(${marks(row)})`);
  return `INSERT INTO ${table} (${fields.join(', ')}) VALUES ${rows.join(', ')}`;
}

/** `INSERT` of one row with the given attributes; table and columns come from the model. */
export function insertRow<M extends Model, Name extends keyof Attributes<M> & string>(
  model: ModelStatic<M>,
  names: readonly Name[],
): RowStatement<Pick<Attributes<M>, Name>> {
  const columns = columnsOf(model, names);
  return {
    statement: statement(`${model.name}.insert`, () => insertText(model.tableName, columns().fields, 1)),
    values: (row) => columns().values(row),
  };
}

/** `INSERT` of a few rows at once; each number of rows is a statement of its own. */
export function insertRows<M extends Model, Name extends keyof Attributes<M> & string>(
  model: ModelStatic<M>,
  names: readonly Name[],
): (rows: readonly Pick<Attributes<M>, Name>[]) => { statement: Statement; values: Value[] } {
  const columns = columnsOf(model, names);
  const byCount = new Map<number, Statement>();
  const statementFor = (count: number): Statement => {
    const known = byCount.get(count);
    if (known) return known;
    const made = statement(`${model.name}.insert.${count}`, () => insertText(model.tableName, columns().fields, count));
    byCount.set(count, made);
    return made;
  };
  return (rows) => ({
    statement: statementFor(rows.length),
    values: rows.flatMap((row) => columns().values(row)),
  });
}

/** `UPDATE` of the given attributes of the row with this id. `kind` tells apart several such statements of one model. */
export function updateRow<M extends Model, Name extends keyof Attributes<M> & string>(
  model: ModelStatic<M>,
  names: readonly Name[],
  kind = 'all',
): RowStatement<Pick<Attributes<M>, Name> & { id: string }> {
  const columns = columnsOf(model, names);
  return {
    statement: statement(`${model.name}.update.${kind}`, () => {
      const changes = columns().fields.map((field, index) => `${field} = $${index + 2}`);
      return `UPDATE ${model.tableName} SET ${changes.join(', ')} WHERE id = $1`;
    }),
    values: (row) => [row.id, ...columns().values(row)],
  };
}
