import { limits } from '../../contract/limits.js';
import type { Dialect } from '../db/dialect.js';
import { statement, type Statement, type Value } from '../db/statement.js';
import { decodeCursor, foreignCursor, momentOf } from './keysetPage.js';

interface Kind {
  readonly lowest: string;
  readonly highest: string;
  readonly bind: (part: string) => Value;
}
const word: Kind = { lowest: '', highest: '\u{10ffff}'.repeat(limits.nameLength + 1), bind: (part) => part };
const moment: Kind = { lowest: '1000-01-01T00:00:00.000Z', highest: '9999-12-31T23:59:59.999Z', bind: momentOf };

/** What lists may go by: its column, and what stands in it. */
const fields = {
  name: { column: 'name', ...word },
  key: { column: 'key', ...word },
  createdAt: { column: 'created_at', ...moment },
  updatedAt: { column: 'updated_at', ...moment },
} as const;
type Field = keyof typeof fields;
type Row<By extends Field> = { readonly id: string } & { readonly [F in By]: string | Date };

export interface Sort<By extends Field> {
  readonly by: By;
  readonly dir: 'asc' | 'desc';
}

/** One order of a list, as its statement says it: which rows stand behind the row of `$1` and `$2`, and how they follow each other. */
export interface Order {
  readonly after: string;
  readonly orderBy: string;
}

/** Where a page begins: the statement, its `$1` and `$2`, and the parts of the cursor behind one of its rows. */
export interface PageStart<By extends Field> {
  readonly statement: Statement;
  readonly values: readonly [Value, string];
  readonly cursorOf: (row: Row<By>) => string[];
}

/**
 * A list that can be asked for in several orders, by the first of `bys` upwards unless another one is wanted. Rows of equal value
 * follow each other by id, in the same direction. A cursor fits the order of its page and no other.
 */
export function sortedList<By extends Field>(
  name: string,
  alias: string,
  [usual, ...others]: readonly [By, ...By[]],
  text: (order: Order, dialect: Dialect) => string,
): (sort: Sort<By> | undefined, cursor: string | undefined) => PageStart<By> {
  const made = new Map<string, Statement>();
  for (const by of [usual, ...others])
    for (const dir of ['asc', 'desc'] as const) {
      const [value, id] = [`${alias}.${fields[by].column}`, `${alias}.id`];
      const [sign, way] = dir === 'asc' ? ['>', ''] : ['<', ' DESC'];
      const order = { after: `(${value}, ${id}) ${sign} ($1, $2)`, orderBy: `${value}${way}, ${id}${way}` };
      const isUsual = by === usual && dir === 'asc';
      made.set(
        `${by} ${dir}`,
        statement(isUsual ? name : `${name}.${by}.${dir}`, (dialect) => text(order, dialect)),
      );
    }
  return ({ by, dir } = { by: usual, dir: 'asc' }, cursor) => {
    const label = `${by} ${dir}`;
    const mark = by === usual && dir === 'asc' ? [] : [label];
    const { lowest, highest, bind } = fields[by];
    const parts = decodeCursor(cursor, [...mark.map(() => 'string' as const), 'string', 'string']) as string[] | null;
    if (parts && mark.length > 0 && parts.shift() !== label) throw foreignCursor();
    // Behind every id: ids are hexadecimal.
    const [value, id] = parts ?? (dir === 'asc' ? [lowest, ''] : [highest, '~']);
    return {
      statement: made.get(label) as Statement,
      values: [bind(value ?? ''), id ?? ''],
      cursorOf: (row) => {
        const last: string | Date = row[by];
        return [...mark, last instanceof Date ? last.toISOString() : last, row.id];
      },
    };
  };
}
