import { priorities, type TicketStatus } from '../../../contract/ticket.js';
import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { Dialect } from '../../db/dialect.js';
import type { Filter } from './ticketFilterSql.js';

/**
 * What is due before a day, in another order, on PostgreSQL. What was made lately is due lately: who asks for what was due long ago, the latest
 * first, would be walked through nearly all tickets. So the order is taken apart in blocks, which follow each other as the order goes, and in
 * each block what is due before the day is a range of an index. A block with nothing costs some microseconds, one with much is sorted.
 */
export interface DueBlocks {
  readonly by: keyof typeof orders;
  readonly projects: readonly string[];
  readonly statuses: readonly TicketStatus[];
}

/** As the indexes have them: `tickets_due_created`, `tickets_due_updated`, `tickets_due_priority`. */
const weekOf = (moment: string): string => `(((${moment} AT TIME ZONE 'UTC')::date - DATE '2000-01-03') / 7)`;
const partOf = (id: string): string => `left(${id}, 4)`;

/** Of an id the parts are fifty days each, as UUIDv7 has it; the first is of 2024. Other ids, that somebody chose, lie before or behind. */
const PART_MS = 2 ** 32;
const FIRST_PART = 0x190;
const hex = (part: string): string => `lpad(to_hex(${part}), 4, '0')`;
const partNow = `floor(extract(epoch FROM now()) * 1000 / ${PART_MS})::integer`;

interface Key {
  /** Of a block. */
  readonly name: string;
  /** Of a ticket `t`. */
  readonly sql: string;
}
interface Blocks {
  readonly keys: readonly Key[];
  /** A relation of the blocks, with their keys. */
  readonly from: string;
}
interface Order {
  readonly column: string;
  readonly blocks: (parts: Parts) => Blocks;
  /** What lies in no block, as conditions on a ticket; each is one range. */
  readonly beyond: readonly string[];
}

/** Of a list with tickets of the year 1000 no week is gone through but since 2000. */
const knownWeek = (week: string): string => `least(greatest(${week}, 0), ${weekOf('now()')})`;

const byMoment = (column: string): Order => {
  const week = weekOf(`t.${column}`);
  return {
    column,
    blocks: (parts) => {
      const [forth, back, step] = parts.dir === 'asc' ? (['min', 'max', 1] as const) : (['max', 'min', -1] as const);
      const { after } = parts;
      const from = after ? knownWeek(weekOf(`${after.value}::timestamptz`)) : endOf(forth, column, parts);
      const to = endOf(back, column, parts);
      return { keys: [{ name: 'week', sql: week }], from: `generate_series(${from}, ${to}, ${step}) b (week)` };
    },
    beyond: [`${week} < 0`, `${week} > ${weekOf('now()')}`],
  };
};

const ranks = `'{${priorities.map((_, nth) => nth + 1).join(', ')}}'::smallint[]`;

const byPriority: Order = {
  column: 'priority_rank',
  blocks: ({ after, dir }) => {
    const keys = [
      { name: 'rank', sql: 't.priority_rank' },
      { name: 'part', sql: partOf('t.id') },
    ];
    const all = `SELECT r.rank, ${hex('n.part')} AS part FROM unnest(${ranks}) r (rank)
      CROSS JOIN generate_series(${FIRST_PART}, ${partNow}) n (part)`;
    const side = dir === 'asc' ? '>=' : '<=';
    const behind = after
      ? ` WHERE (a.rank, a.part) ${side} (${after.value}::smallint, ${partOf(`${after.id}::text`)})`
      : '';
    return { keys, from: `(SELECT * FROM (${all}) a${behind}) b` };
  },
  beyond: [`< ${hex(String(FIRST_PART))}`, `> ${hex(partNow)}`].map(
    (side) => `t.priority_rank = ANY(${ranks}) AND ${partOf('t.id')} ${side}`,
  ),
};

const orders = {
  createdAt: byMoment('created_at'),
  updatedAt: byMoment('updated_at'),
  priority: byPriority,
} satisfies Partial<Record<TicketSort['by'], Order>>;

/** Every pair of project and status is looked for in each block. */
const PAIRS_MAX = 60;
/** What leaves the list as it is. */
const passedOver = new Set(['projectId', 'status', 'dueBefore', 'sort', 'limit', 'cursor', 'text']);
interface Asked {
  readonly filter: Filter;
  readonly sort: TicketSort;
  readonly projects: readonly string[];
  readonly statuses: readonly TicketStatus[];
}

/** Whether nothing is asked but what is due before a day. */
export const isOnlyDue = (filter: Filter): boolean =>
  Object.entries(filter).every(([field, value]) => value === undefined || passedOver.has(field));

/** Null: it is listed otherwise. SQLite, which serves fewer tickets, walks through them in milliseconds. */
export function dueBlocksOf({ name }: Dialect, { filter, sort, projects, statuses }: Asked): DueBlocks | null {
  if (name !== 'postgres' || filter.dueBefore === undefined || sort.by === 'dueDate') return null;
  return projects.length * statuses.length > PAIRS_MAX ? null : { by: sort.by, projects, statuses };
}

/** What blocks are made of, as SQL. */
interface Parts {
  readonly dir: TicketSort['dir'];
  /** Binds the list of the projects, which not each order names. */
  readonly projects: () => string;
  readonly statuses: string;
  /** What the order goes by, of the row before the page. */
  readonly after: { readonly value: string; readonly id: string } | null;
}

/** The week of the first or the last ticket there is; null: there is none. */
const endOf = (pick: 'min' | 'max', column: string, { projects, statuses }: Parts): string =>
  `(SELECT ${knownWeek(weekOf('m.at'))} FROM unnest(${projects()}::text[]) e (id) CROSS JOIN unnest(ARRAY[${statuses}]) q (status)
    CROSS JOIN LATERAL (SELECT t.${column} AS at FROM tickets t WHERE t.project_id = e.id AND t.status = q.status AND t.deleted_at IS NULL
      ORDER BY t.${column} ${pick === 'min' ? 'asc' : 'desc'} LIMIT 1) m ORDER BY m.at ${pick === 'min' ? 'asc' : 'desc'} LIMIT 1)`;

/** The ids of a page and what the order needs. */
export function dueBlocksSql(
  { by, statuses }: DueBlocks,
  { limit, where, ...given }: Omit<Parts, 'statuses'> & { readonly where: readonly string[]; readonly limit: number },
): string {
  const { column, blocks, beyond } = orders[by];
  const { dir } = given;
  const listed = statuses.map((status) => `'${status}'`).join(', ');
  const { keys, from } = blocks({ ...given, statuses: listed });
  const order = (alias: string) => `${alias}.${column} ${dir}, ${alias}.id ${dir}`;
  // Fenced, or a block might be looked for along an index of the order.
  const first = (conditions: readonly string[]) => `SELECT * FROM (SELECT t.id, t.${column} FROM tickets t
      WHERE ${[`t.status IN (${listed})`, ...conditions, 't.due_date IS NOT NULL', ...where].join(' AND ')} OFFSET 0) t ORDER BY ${order('t')} LIMIT ${limit}`;
  const inOrder = keys.map(({ name }) => `b.${name} ${dir}`).join(', ');
  const inBlocks = `SELECT x.id, x.${column} FROM (SELECT * FROM ${from} ORDER BY ${inOrder}) b
    CROSS JOIN LATERAL (${first(keys.map(({ name, sql }) => `${sql} = b.${name}`))}) x ORDER BY ${inOrder}, ${order('x')} LIMIT ${limit}`;
  const branches = [inBlocks, ...beyond.map((condition) => first([condition]))].map((branch) => `(${branch})`);
  return `SELECT * FROM (${branches.join(' UNION ALL ')}) x ORDER BY ${order('x')} LIMIT ${limit}`;
}
