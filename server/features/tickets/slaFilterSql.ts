import { slaKinds } from '../../../contract/enums.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import type { SlaClock, SlaState } from '../../../contract/ticketSla.js';
import type { Dialect } from '../../db/dialect.js';
import { recurring, type RunStatement } from '../../db/statement.js';

/** As `tickets_sla` numbers them; of no clock 0. */
const states = ['BREACHED', 'MET', 'PAUSED', 'WARNED', 'RUNNING'] as const satisfies readonly SlaState[];
const DIGITS = states.length + 1;

/** By the row alone, as `slaStateOf` is by the image alone. Moments are compared as text: all of them are told alike. */
function digitSql(d: Dialect, kind: (typeof slaKinds)[number]): string {
  const field = (name: keyof SlaClock) => d.jsonField('t.sla', kind, name);
  const [due, stopped, paused] = [field('dueAt'), field('stoppedAt'), field('pausedAt')];
  return `CASE WHEN ${due} IS NULL THEN 0 WHEN ${field('breachedAt')} IS NOT NULL OR ${due} < coalesce(${stopped}, ${paused}) THEN 1
    WHEN ${stopped} IS NOT NULL THEN 2 WHEN ${paused} IS NOT NULL THEN 3 WHEN ${field('warnedAt')} IS NOT NULL THEN 4 ELSE 5 END`;
}
/** The states of both clocks in one number, as the index holds it. */
const stateSql = (d: Dialect): string =>
  `(${slaKinds.map((kind) => `(${digitSql(d, kind)})`).join(` * ${DIGITS} + `)})`;

/** The numbers of those with a clock in one of the states. */
function numbersOf(wanted: readonly SlaState[]): readonly number[] {
  const digits = new Set(wanted.map((state) => states.indexOf(state) + 1));
  return Array.from({ length: DIGITS ** slaKinds.length }, (_, number) => number).filter(
    (number) => digits.has(number % DIGITS) || digits.has(Math.floor(number / DIGITS)),
  );
}

/** The condition that one of the ticket's clocks is in one of the states. */
export const slaSql = (d: Dialect, wanted: readonly SlaState[]): string =>
  `t.sla IS NOT NULL AND ${stateSql(d)} IN (${numbersOf(wanted).join(', ')})`;

/** How many tickets of a project and a status there are, up to one more than was asked for. */
export interface Spread {
  readonly projectId: string;
  readonly status: TicketStatus;
  readonly n: number;
}

/** How those in one of the states are spread: what many have in one status, hardly one has in another. */
export async function slaSpread(
  all: RunStatement,
  d: Dialect,
  wanted: readonly SlaState[],
  { projects, statuses, most }: SpreadAsked,
): Promise<readonly Spread[]> {
  const found = `SELECT 1 FROM tickets t WHERE t.project_id = p.id AND t.status = q.status AND t.deleted_at IS NULL
    AND ${slaSql(d, wanted)} LIMIT ${most + 1}`;
  const each = statuses.map((status) => `SELECT '${status}' AS status`).join(' UNION ALL ');
  const sql = `SELECT p.id AS project_id, q.status, (SELECT count(*) FROM (${found}) c) AS n
    FROM projects p CROSS JOIN (${each}) q WHERE ${d.anyOf('p.id', '$1')}`;
  const rows = await all<{ project_id: string; status: TicketStatus; n: number | string }>(recurring(sql, true), [
    projects,
  ]);
  return rows.map(({ project_id: projectId, status, n }) => ({ projectId, status, n: Number(n) }));
}
interface SpreadAsked {
  readonly projects: readonly string[];
  readonly statuses: readonly TicketStatus[];
  readonly most: number;
}
