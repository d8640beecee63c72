import { tagKey } from '../../../contract/tagKey.js';
import { ticketStatuses, type TicketStatus } from '../../../contract/ticket.js';
import type { TicketSort } from '../../../contract/ticketInputs.js';
import type { Dialect } from '../../db/dialect.js';
import { fieldValueSql } from '../../db/fieldValues.js';
import type { TicketDimension } from '../../db/models/TicketStat.js';
import { adHoc, json, recurring, type RunStatement, type Value } from '../../db/statement.js';
import { slaSql } from './slaFilterSql.js';
import { ranksOf, type Filter } from './ticketFilterSql.js';
import { Parameters } from './ticketScope.js';

/**
 * Up to how many tickets are fetched and sorted rather than the list walked in its order until a page is full. In a project of 300,000
 * both take some 5 ms about here, and to count so far takes half a millisecond.
 */
const FEW = 2_500;

/** What a list may be narrowed by. */
export interface Narrowing {
  readonly filter: Filter;
  readonly sort: TicketSort;
  readonly projects: readonly string[];
  /** The only one whose reports are listed, whatever the filter says; null when there is no such person. */
  readonly reporterId: string | null;
}
type Bind = (value: Value) => string;

/** Where the few are listed from: a relation, a condition on `t`, and what of the filter is still to be asked of each. */
interface FewPlace {
  readonly from: string;
  readonly where: readonly string[];
  readonly rest: Filter;
  /** As {@link Source} says. */
  readonly isPlannedOnce: boolean;
}
/** The tickets that one filter leaves: their ids, to count them by, and they themselves. */
interface Source {
  /** How they are best counted and found hangs on no value: there is an index that holds no others. */
  readonly isPlannedOnce?: true;
  readonly ids: (bind: Bind) => string;
  /** How many they are, at most, where that is kept: told at once, however many there are. Left out: they are counted. */
  readonly kept?: Kept;
  readonly place: (bind: Bind) => Omit<FewPlace, 'isPlannedOnce'>;
}

/** Types that an index holds; in most projects they are few, beside tickets. */
const otherTypes = (types: Filter['type']): Filter['type'] => (types?.includes('TICKET') ? undefined : types);

/** Words of an enum, said in the statement: PostgreSQL knows how many tickets have each of them, also of what it plans once. */
const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
const ifGiven = <V>(value: V | undefined, sql: (value: V) => Source) => (value === undefined ? [] : [sql(value)]);
const once = (of: Source): Source => ({ ...of, isPlannedOnce: true });

/** The two ways to name the tickets that a filter leaves: by their ids, or by a condition on `t` for which there is an index. */
function placesOf({ filter, projects }: Pick<Narrowing, 'filter' | 'projects'>, d: Dialect) {
  const named = (ids: Source['ids'], rest: Filter = filter): Source => ({
    ids,
    place: (bind) => ({ ...looksFor(d, ids(bind)), rest }),
  });
  const tickets = (condition: (bind: Bind) => string, rest: Filter = filter): Source => {
    const chosen = (bind: Bind) =>
      `FROM tickets t WHERE ${condition(bind)} AND ${d.anyOf('t.project_id', bind(projects))} AND t.deleted_at IS NULL`;
    const ids = (bind: Bind) => `SELECT t.id ${chosen(bind)}`;
    // Fenced, or PostgreSQL might still walk through the list. SQLite, which does not count, might too.
    return d.name === 'postgres'
      ? { ids, place: (bind) => ({ from: `(SELECT t.* ${chosen(bind)} OFFSET 0) t`, where: [], rest }) }
      : named(ids, rest);
  };
  return { named, tickets };
}

/**
 * What each filter leaves, from an index that holds all that is asked. What is sorted by the column of its filter stands side by side
 * in the list, and is not among them.
 */
function sourcesOf({ filter, sort, projects, reporterId }: Narrowing, d: Dialect): readonly Source[] {
  const { named, tickets } = placesOf({ filter, projects }, d);
  const statuses = filter.status ?? ticketStatuses;
  const equal = (column: string, id: string): Source => once(tickets((bind) => `t.${column} = ${bind(id)}`));
  // Whatever their status: all of them would be fetched.
  const equalKept = (dimension: TicketDimension, column: string, id: string): Source => ({
    ...equal(column, id),
    kept: keptByValue(d, { projects, statuses: ticketStatuses, dimension, values: [id] }),
  });
  const counted = (column: string, id: string): Source => ({
    ...equal(column, id),
    // Deleted ones as well: those that are left out are known by the ticket alone, and the index alone counts.
    ids: (bind) =>
      `SELECT 1 FROM tickets t WHERE t.${column} = ${bind(id)} AND ${d.anyOf('t.project_id', bind(projects))}`,
  });
  const inStatus = (bind: Bind) => d.anyOf('t.status', bind(statuses));
  const unlessBy = <V>(by: TicketSort['by'], value: V | undefined) => (sort.by === by ? undefined : value);
  return [
    ...ifGiven(filter.assigneeId, (id) => equalKept('ASSIGNEE', 'assignee_id', id)),
    ...ifGiven(filter.reporterId ?? reporterId ?? undefined, (id) => equal('reporter_id', id)),
    ...ifGiven(filter.requiredSkill, (id) => counted('required_skill_id', id)),
    ...ifGiven(filter.departmentId, (id) => equalKept('DEPARTMENT', 'department_id', id)),
    ...ifGiven(otherTypes(filter.type), (types) =>
      // As the index has it, for SQLite: it draws no conclusions.
      once(tickets(() => `t.type <> 'TICKET' AND t.type IN (${quoted(types)})`)),
    ),
    ...ifGiven(filter.parentId, (id) => equal('parent_id', id)),
    ...ifGiven(unlessBy('dueDate', filter.dueBefore), (day) =>
      tickets((bind) => `t.due_sort < ${bind(day)} AND ${inStatus(bind)}`),
    ),
    ...ifGiven(unlessBy('priority', filter.priority), (priorities) => ({
      ...once(tickets((bind) => `${inStatus(bind)} AND t.priority_rank IN (${ranksOf(priorities).join(', ')})`)),
      kept: keptByValue(d, { projects, statuses, dimension: 'PRIORITY', values: priorities }),
    })),
    ...ifGiven(filter.category, (categories) => ({
      ...once(tickets((bind) => `${inStatus(bind)} AND t.category IN (${quoted(categories)})`)),
      kept: keptByValue(d, { projects, statuses, dimension: 'CATEGORY', values: categories }),
    })),
    ...ifGiven(unlessBy('updatedAt', filter.updatedAfter), (after) =>
      tickets((bind) => `t.updated_at > ${bind(new Date(after))}`),
    ),
    ...ifGiven(filter.sla, (sla) =>
      once(tickets((bind) => `${inStatus(bind)} AND ${slaSql(d, sla)}`, { ...filter, sla: undefined })),
    ),
    ...ifGiven(filter.tag, (tag) => ({
      ...once(named((bind) => idsOfTag(d, bind(projects), bind(tagKey(tag))), { ...filter, tag: undefined })),
      kept: keptByTag(d, projects, tagKey(tag)),
    })),
    ...Object.entries(filter.customFields ?? {}).map(([key, value]) =>
      once(named((bind) => idsOfField(d, bind(projects), bind(key), fieldValueSql(d, bind(json(value)))))),
    ),
  ];
}

type Kept = (bind: Bind) => string;
interface KeptValues {
  readonly projects: readonly string[];
  readonly statuses: readonly TicketStatus[];
  readonly dimension: TicketDimension;
  readonly values: readonly string[];
}
function keptByValue(d: Dialect, { projects, statuses, dimension, values }: KeptValues): Kept {
  const n = [...new Set(statuses)].map((status) => `s.n_${status.toLowerCase()}`).join(' + ');
  return (bind) =>
    `(SELECT coalesce(sum(${n}), 0) FROM ticket_stats s WHERE ${d.anyOf('s.project_id', bind(projects))}
      AND s.dimension = '${dimension}' AND ${d.anyOf('s.value', bind(values))})`;
}
const keptByTag =
  (d: Dialect, projects: readonly string[], key: string): Kept =>
  (bind) =>
    `(SELECT coalesce(sum(p.ticket_count), 0) FROM project_tags p
      WHERE ${d.anyOf('p.project_id', bind(projects))} AND p.name_key = ${bind(key)})`;

/** The tickets of these projects for which a table holds what is asked for, from an index by that, the project and the ticket. */
const idsIn = (d: Dialect, projects: string, table: string, asked: string): string =>
  d.name === 'postgres'
    ? // In the order of the index, or PostgreSQL, which does not know how many they are, would read the whole table instead.
      `SELECT x.ticket_id AS id FROM unnest(${projects}::text[]) AS e (id) CROSS JOIN LATERAL (
         SELECT m.ticket_id FROM ${table} m WHERE ${asked} AND m.project_id = e.id ORDER BY m.ticket_id) x`
    : `SELECT m.ticket_id AS id FROM ${table} m WHERE ${asked} AND ${d.anyOf('m.project_id', projects)}`;
const idsOfTag = (d: Dialect, projects: string, key: string): string =>
  idsIn(d, projects, 'ticket_tags', `m.tag_id = (SELECT g.id FROM tags g WHERE g.name_key = ${key})`);
const idsOfField = (d: Dialect, projects: string, key: string, value: string): string =>
  idsIn(d, projects, 'ticket_field_values', `m.key = ${key} AND m.value = ${value}`);

/** Each ticket of these ids by a look of its own. PostgreSQL takes any such list for a short one, and walks through nothing for it. */
const looksFor = ({ name }: Dialect, ids: string): Pick<FewPlace, 'from' | 'where'> =>
  name === 'postgres'
    ? { from: 'tickets t', where: [`t.id = ANY(ARRAY(${ids}))`] }
    : { from: `(SELECT t.* FROM (${ids}) c CROSS JOIN tickets t ON t.id = c.id) t`, where: [] };

/**
 * The few tickets that one of the filters leaves; null when each leaves many. The database is asked, not
 * its estimates: that tickets are old and overdue goes together, and they do not know.
 */
export async function fewTickets(
  all: RunStatement,
  d: Dialect,
  narrowing: Narrowing,
): Promise<((bind: Bind) => FewPlace) | null> {
  const sources = sourcesOf(narrowing, d);
  if (sources.length === 0) return null;
  const parameters = new Parameters();
  const asked = parameters.bind.bind(parameters);
  const counts = sources.map(
    ({ kept, ids }, nth) =>
      `${kept?.(asked) ?? `(SELECT count(*) FROM (${ids(asked)} LIMIT ${FEW + 1}) c${nth})`} AS n${nth}`,
  );
  const text = `SELECT ${counts.join(', ')}`;
  const isPlannedOnce = sources.every((source) => source.isPlannedOnce);
  const [row] = await all<Record<string, number | string>>(
    isPlannedOnce ? recurring(text, true) : adHoc(text),
    parameters.values,
  );
  const sizes = sources.map((_, nth) => Number(row?.[`n${nth}`] ?? 0));
  const least = Math.min(...sizes);
  const chosen = sources[sizes.indexOf(least)];
  if (chosen === undefined || least > FEW) return null;
  return (bind) => ({ ...chosen.place(bind), isPlannedOnce: chosen.isPlannedOnce ?? false });
}
