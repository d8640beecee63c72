import { limits } from '../../contract/limits.js';
import type { Sort, SortInput } from '../../contract/text.js';
import type { Dialect } from '../db/dialect.js';
import { statement, type Statement, type Value } from '../db/statement.js';
import { decodeCursor, foreignCursor, momentOf } from './keysetPage.js';

type Part = string | number;
interface Kind {
  readonly type: 'string' | 'number';
  /** Before and behind all that stands in such a column. */
  readonly lowest: Part;
  readonly highest: Part;
  readonly bind?: (part: Part) => Value;
}
/** A column that a list goes by, and where a row that was read has it. */
interface Column<Key extends string> extends Kind {
  readonly sql: string;
  readonly key: Key;
}
const column =
  (kind: Kind) =>
  <const Key extends string>(sql: string, key: Key): Column<Key> => ({ ...kind, sql, key });

export const word = column({ type: 'string', lowest: '', highest: '\u{10ffff}'.repeat(limits.nameLength + 1) });
export const moment = column({
  type: 'string',
  lowest: '1000-01-01T00:00:00.000Z',
  highest: '9999-12-31T23:59:59.999Z',
  bind: momentOf,
});
export const day = column({
  type: 'string',
  lowest: '1000-01-01',
  highest: '9999-12-31',
  bind: (part) => {
    if (momentOf(part).toISOString().slice(0, 10) !== part) throw foreignCursor();
    return part;
  },
});
export const numbered = column({ type: 'number', lowest: -1, highest: limits.int32 });
/** Ids are hexadecimal, and of a table those made later are greater. */
export const madeAs = column({ type: 'string', lowest: '', highest: '~' });

/** The orders of what has a name, in the table of this alias. */
export const named = (alias: string) => {
  const last = madeAs(`${alias}.id`, 'id');
  return {
    name: [word(`${alias}.name`, 'name'), last],
    createdAt: [moment(`${alias}.created_at`, 'createdAt'), last],
    updatedAt: [moment(`${alias}.updated_at`, 'updatedAt'), last],
  } as const;
};

/** The columns of each order that a list can be asked for, as many in all of them; the last tells all rows apart. */
type Orders<By extends string, Key extends string> = Readonly<Record<By, readonly Column<Key>[]>>;
type Row<Key extends string> = Readonly<Record<Key, Part | Date>>;

/** Where a page of what is merged in one order of time begins: a moment and an id. */
export interface PlaceInTime {
  readonly dir: 'asc' | 'desc';
  readonly after: readonly Value[];
  readonly limit: number;
}

/** Where a page begins, in which order. */
export interface PageStart<Key extends string> {
  readonly orderBy: string;
  /** What the row before the page had, or what is before all rows. */
  readonly values: readonly Value[];
  /** Which rows stand behind it, where its values have these names. */
  readonly after: (names: readonly string[]) => string;
  /** The parts of the cursor behind one of the page's rows. */
  readonly cursorOf: (row: Row<Key>) => Part[];
}

const labelOf = ({ by, dir }: Sort<string>): string => `${by} ${dir}`;

/**
 * The orders of a list, all of a row's columns in the same direction. A cursor fits the order of its page and no other.
 * @throws BAD_INPUT when asked with a cursor of another list or order.
 */
export function ordersOf<By extends string, Key extends string>({ usual }: SortInput<By>, orders: Orders<By, Key>) {
  return (sort: Sort<By> = usual, cursor?: string): PageStart<Key> => {
    const { [sort.by]: columns } = orders;
    const mark = labelOf(sort) === labelOf(usual) ? [] : [labelOf(sort)];
    const types = columns.map(({ type }) => type);
    const parts = decodeCursor(cursor, [...mark.map(() => 'string' as const), ...types]);
    if (parts && mark.length > 0 && parts.shift() !== mark[0]) throw foreignCursor();
    const [sign, way, start] =
      sort.dir === 'asc' ? (['>', '', 'lowest'] as const) : (['<', ' DESC', 'highest'] as const);
    const tuple = (of: readonly string[]) => (of.length === 1 ? of.join() : `(${of.join(', ')})`);
    return {
      orderBy: columns.map(({ sql }) => `${sql}${way}`).join(', '),
      values: columns.map(({ bind = (part: Part): Value => part, [start]: beginning }, nth) =>
        bind(parts?.[nth] ?? beginning),
      ),
      after: (names) => `${tuple(columns.map(({ sql }) => sql))} ${sign} ${tuple(names)}`,
      cursorOf: (row) => [...mark, ...columns.map(({ key }) => partOf(row[key]))],
    };
  };
}
const partOf = (value: Part | Date): Part => (value instanceof Date ? value.toISOString() : value);

/** One order of a list, as its statement says it: which rows stand behind the page before, and how they follow each other. */
export interface Order {
  readonly after: string;
  readonly orderBy: string;
}

/**
 * A list with a statement for each of its orders. The values of a page's start come behind the statement's own, which are `own`
 * in number.
 */
export function sortedList<By extends string, Key extends string>(
  name: string,
  input: SortInput<By>,
  orders: Orders<By, Key>,
  own: number,
  text: (order: Order, dialect: Dialect) => string,
): (sort?: Sort<By>, cursor?: string) => PageStart<Key> & { readonly statement: Statement } {
  const startOf = ordersOf(input, orders);
  const made = new Map<string, Statement>();
  for (const by of Object.keys(orders) as By[])
    for (const dir of ['asc', 'desc'] as const) {
      const { orderBy, values, after } = startOf({ by, dir });
      const order = { orderBy, after: after(values.map((_, nth) => `$${own + nth + 1}`)) };
      const label = labelOf({ by, dir });
      made.set(
        label,
        statement(label === labelOf(input.usual) ? name : `${name}.${by}.${dir}`, (dialect) => text(order, dialect)),
      );
    }
  return (sort = input.usual, cursor) => ({
    ...startOf(sort, cursor),
    statement: made.get(labelOf(sort)) as Statement,
  });
}
