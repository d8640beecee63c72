import type { z } from 'zod';
import type { Qualifier, QualifierName } from '../../../contract/searchQuery.js';
import { tagKey } from '../../../contract/tagKey.js';
import { Day, InstantInput } from '../../../contract/text.js';
import { Category, Priority, TicketStatus, TicketType } from '../../../contract/ticket.js';
import { NO_DUE_DATE } from '../../../contract/ticketOrder.js';
import { SlaState } from '../../../contract/ticketSla.js';
import type { Dialect } from '../../db/dialect.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { slaSql } from '../tickets/slaFilterSql.js';
import { taggedSql } from '../tickets/ticketFilterSql.js';
import type { Parameters } from '../tickets/ticketScope.js';

interface About {
  readonly actor: Actor;
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  /** The column of the project, where what is looked for need not be of a ticket. */
  readonly projectId?: string;
}
/** The values of one name as a condition on the ticket `t`. @throws BAD_INPUT they are none of it. */
type Narrow = (values: readonly string[], about: About) => string;

const wrong = (name: string, value: string, allowed: string): AppError =>
  new AppError('BAD_INPUT', `"${name}:${value}" cannot be: ${allowed}.`, { field: 'text', qualifier: name, allowed });

/** `in-progress` and `IN_PROGRESS` are the same. @throws BAD_INPUT it is none of the words. */
const asWord = <Word extends string>(
  name: QualifierName,
  value: string,
  words: z.ZodEnum<Record<Word, Word>>,
): Word => {
  const word = words.safeParse(value.toUpperCase().replaceAll('-', '_'));
  if (!word.success) throw wrong(name, value, words.options.join(', ').toLowerCase());
  return word.data;
};

const enumeration =
  <Word extends string>(name: QualifierName, column: string, words: z.ZodEnum<Record<Word, Word>>): Narrow =>
  (values, { dialect, parameters }) =>
    dialect.anyOf(`t.${column}`, parameters.bind(values.map((value) => asWord(name, value, words))));

/** The statuses that are asked for, none for any. @throws BAD_INPUT a value that is none. */
export const statusesOf = (qualifiers: readonly Qualifier[]): TicketStatus[] =>
  qualifiers
    .filter(({ name }) => name === 'status')
    .flatMap(({ values }) => values.map((value) => asWord('status', value, TicketStatus)));

/** As both databases do it: with `COLLATE "C"`, PostgreSQL leaves all but these alone. */
const plainLower = (value: string): string => value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const lower = (column: string, { name }: Dialect): string =>
  name === 'postgres' ? `lower(${column} COLLATE "C")` : `lower(${column})`;

/** By name, without case. */
const named =
  (table: string, column: string): Narrow =>
  (values, { dialect, parameters }) => {
    const list = parameters.bind(values.map(plainLower));
    return `t.${column} IN (SELECT id FROM ${table} WHERE ${dialect.anyOf(lower('name', dialect), list)})`;
  };

/**
 * `me`, `none`, or by name, username or e-mail address. Somebody who is not there holds nothing, so that nobody learns who is. Customers know
 * people by their names alone.
 */
const person =
  (column: string): Narrow =>
  (values, { actor, dialect, parameters }) => {
    const others = values.filter((value) => value !== 'me' && value !== 'none').map(plainLower);
    const ways = [
      ...(values.includes('me') ? [`t.${column} = ${parameters.bind(actor.userId)}`] : []),
      ...(values.includes('none') ? [`t.${column} IS NULL`] : []),
    ];
    if (others.length > 0) {
      const list = parameters.bind(others);
      const columns = actor.role === 'CUSTOMER' ? ['name'] : ['name', 'username', 'email'];
      const isNamed = columns.map((of) => dialect.anyOf(lower(of, dialect), list)).join(' OR ');
      ways.push(`t.${column} IN (SELECT id FROM users WHERE ${isNamed})`);
    }
    return `(${ways.join(' OR ')})`;
  };

const COMPARED = /^(<=|>=|<|>)?(.*)$/su;

/** `<2026-12-01`, `>=2026-12-01`, `2026-12-01`; all of them must hold. */
const compared = (values: readonly string[], one: (sign: string, value: string) => string): string =>
  values
    .map((value) => {
      const [, sign = '=', rest = ''] = COMPARED.exec(value) ?? [];
      return one(sign, rest);
    })
    .join(' AND ');

const due: Narrow = (values, { parameters }) =>
  compared(values, (sign, value) => {
    if (value === 'none') return `t.due_sort = ${parameters.bind(NO_DUE_DATE)}`;
    const day = Day.safeParse(value);
    if (!day.success) throw wrong('due', value, 'a day, as <2026-12-31, or none');
    const isSet = sign.startsWith('>') ? ` AND t.due_sort <> ${parameters.bind(NO_DUE_DATE)}` : '';
    return `t.due_sort ${sign} ${parameters.bind(day.data)}${isSet}`;
  });

const DAY_MS = 86_400_000;

/** A day begins and ends in UTC. */
const updated: Narrow = (values, { parameters }) =>
  compared(values, (sign, value) => {
    const day = Day.safeParse(value);
    const moment = InstantInput.safeParse(day.success ? `${value}T00:00:00Z` : value);
    if (!moment.success) throw wrong('updated', value, 'a day or a moment, as >2026-12-31');
    const begins = new Date(moment.data);
    const ends = day.success ? new Date(begins.getTime() + DAY_MS) : begins;
    if (sign === '=')
      return `t.updated_at >= ${parameters.bind(begins)} AND t.updated_at ${day.success ? '<' : '<='} ${parameters.bind(ends)}`;
    // After a day is from its end on, and up to a day includes it.
    if (sign === '>' && day.success) return `t.updated_at >= ${parameters.bind(ends)}`;
    if (sign === '<=' && day.success) return `t.updated_at < ${parameters.bind(ends)}`;
    return `t.updated_at ${sign} ${parameters.bind(begins)}`;
  });

const table: Readonly<Record<QualifierName, Narrow>> = {
  status: enumeration('status', 'status', TicketStatus),
  priority: enumeration('priority', 'priority', Priority),
  category: enumeration('category', 'category', Category),
  type: enumeration('type', 'type', TicketType),
  project: (values, { dialect, parameters, projectId = 't.project_id' }) => {
    const keys = parameters.bind(values.map((value) => value.toUpperCase()));
    return `${projectId} IN (SELECT id FROM projects WHERE ${dialect.anyOf('key', keys)})`;
  },
  assignee: person('assignee_id'),
  reporter: person('reporter_id'),
  department: named('departments', 'department_id'),
  skill: named('skills', 'required_skill_id'),
  tag: (values, { dialect, parameters }) =>
    taggedSql(dialect.anyOf('g.name_key', parameters.bind(values.map((value) => tagKey(value.trim()))))),
  sla: (values, { dialect }) =>
    slaSql(
      dialect,
      values.map((value) => asWord('sla', value, SlaState)),
    ),
  due,
  updated,
};

/** What only a ticket has; a channel is in a project too. */
export const isOfTicket = ({ name }: Qualifier): boolean => name !== 'project';

const amongStaff: ReadonlySet<QualifierName> = new Set(['skill', 'tag', 'sla']);
/** What customers do not see, and may not find by either. */
export const isAmongStaff = ({ name }: Qualifier): boolean => amongStaff.has(name);

/** Conditions on the ticket `t`, all of which must hold. @throws BAD_INPUT a value that its name cannot have. */
export const narrowingSql = (qualifiers: readonly Qualifier[], about: About): string[] =>
  qualifiers.map(({ name, values }) => table[name](values, about));
