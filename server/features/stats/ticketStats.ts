import { bucketOf } from '../../db/durationBuckets.js';
import type { DailyMeasure } from '../../db/models/DailyStat.js';
import type { TicketDimension } from '../../db/models/TicketStat.js';
import { inBatches, statementsByCount, tuple } from '../../db/rowStatements.js';
import type { Statements } from '../../db/statement.js';
import type { TicketStatus } from '../../../contract/ticket.js';

/** What statistics look at. */
export interface CountedTicket {
  readonly projectId: string;
  readonly status: TicketStatus;
  readonly priority: string;
  readonly category: string;
  readonly departmentId: string | null;
  readonly assigneeId: string | null;
  readonly storyPoints: number | null;
  readonly dueDate: string | null;
  readonly createdAt: Date;
  readonly firstResponseAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly closedAt: Date | null;
  readonly deletedAt: Date | null;
}
interface Holding {
  readonly assigneeId: string;
  readonly isPrimary: boolean;
}

/** By how much a row of `ticket_stats` changes: tickets by status, in the order of the table's columns, and points. */
interface TicketMove {
  readonly key: readonly [projectId: string, dimension: TicketDimension, value: string];
  readonly counts: [number, number, number, number, number];
  points: number;
}
interface DailyMove {
  readonly key: readonly [projectId: string, measure: DailyMeasure, day: string, bucket: number];
  n: number;
}

const places = { OPEN: 0, IN_PROGRESS: 1, REVIEW: 2, RESOLVED: 3, CLOSED: 4 } as const satisfies Record<
  TicketStatus,
  number
>;
const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** What tickets that come, go and change add to the kept statistics: what they were is taken away, what they are is added. */
export class StatMoves {
  private readonly ofTickets = new Map<string, TicketMove>();
  private readonly ofDays = new Map<string, DailyMove>();

  /** Counts a ticket that nobody has deleted; `sign` -1 for one that is no more as it was. */
  add(ticket: CountedTicket, holdings: readonly Holding[], sign: 1 | -1): void {
    if (ticket.deletedAt !== null) return;
    const isFinished = ticket.resolvedAt !== null;
    const points = isFinished ? 0 : sign * (ticket.storyPoints ?? 0);
    this.count(ticket, 'PRIORITY', ticket.priority, sign, points);
    this.count(ticket, 'CATEGORY', ticket.category, sign, points);
    this.count(ticket, 'DEPARTMENT', ticket.departmentId ?? '', sign, points);
    this.count(ticket, 'ASSIGNEE', ticket.assigneeId ?? '', sign, points);
    for (const { assigneeId, isPrimary } of holdings)
      if (!isPrimary) this.count(ticket, 'HELPER', assigneeId, sign, points);
    const { projectId, createdAt, firstResponseAt, resolvedAt, closedAt, dueDate } = ticket;
    const took = (moment: Date) => bucketOf(moment.getTime() - createdAt.getTime());
    this.day(projectId, 'CREATED', dayOf(createdAt), 0, sign);
    if (dueDate !== null && !isFinished) this.day(projectId, 'DUE', dueDate, 0, sign);
    if (firstResponseAt) this.day(projectId, 'RESPONSE_TIME', dayOf(firstResponseAt), took(firstResponseAt), sign);
    if (resolvedAt) {
      this.day(projectId, 'RESOLVED', dayOf(resolvedAt), 0, sign);
      this.day(projectId, 'RESOLUTION_TIME', dayOf(resolvedAt), took(resolvedAt), sign);
    }
    if (closedAt) this.day(projectId, 'CLOSED', dayOf(closedAt), 0, sign);
  }

  /** Writes them: call it once the counters of these projects are locked. */
  send({ send }: Pick<Statements, 'send'>): void {
    const ofTickets = [...this.ofTickets.values()].filter(
      ({ counts, points }) => points !== 0 || counts.some((n) => n !== 0),
    );
    for (const batch of inBatches(ofTickets))
      send(
        addTickets(batch.length),
        batch.flatMap(({ key, counts, points }) => [...key, ...counts, points]),
      );
    const ofDays = [...this.ofDays.values()].filter(({ n }) => n !== 0);
    for (const batch of inBatches(ofDays))
      send(
        addDays(batch.length),
        batch.flatMap(({ key, n }) => [...key, n]),
      );
  }

  private count(
    { projectId, status }: CountedTicket,
    dimension: TicketDimension,
    value: string,
    sign: number,
    points: number,
  ): void {
    const name = `${projectId} ${dimension} ${value}`;
    const known = this.ofTickets.get(name) ?? {
      key: [projectId, dimension, value],
      counts: [0, 0, 0, 0, 0],
      points: 0,
    };
    known.counts[places[status]] += sign;
    known.points += points;
    this.ofTickets.set(name, known);
  }

  private day(projectId: string, measure: DailyMeasure, day: string, bucket: number, sign: number): void {
    const name = `${projectId} ${measure} ${day} ${bucket}`;
    const known = this.ofDays.get(name) ?? { key: [projectId, measure, day, bucket], n: 0 };
    known.n += sign;
    this.ofDays.set(name, known);
  }
}

interface Counted {
  readonly row: CountedTicket;
  readonly spans: readonly Holding[];
}

/** Behind the numbers: whoever holds the counters of a project is alone with its statistics. */
export function moveStatistics(
  unit: Pick<Statements, 'send'>,
  changes: readonly { readonly before: Counted | null; readonly after: Counted }[],
): void {
  const moves = new StatMoves();
  for (const { before, after } of changes) {
    if (before) moves.add(before.row, before.spans, -1);
    moves.add(after.row, after.spans, 1);
  }
  moves.send(unit);
}

const upsert = (table: string, key: readonly string[], sums: readonly string[]) =>
  statementsByCount(
    `${table}.add`,
    key.length + sums.length,
    (rows) => `INSERT INTO ${table} (${[...key, ...sums].join(', ')}) VALUES ${rows.map(tuple).join(', ')}
     ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${sums.map((sum) => `${sum} = ${table}.${sum} + excluded.${sum}`).join(', ')}`,
  );
const addTickets = upsert(
  'ticket_stats',
  ['project_id', 'dimension', 'value'],
  ['n_open', 'n_in_progress', 'n_review', 'n_resolved', 'n_closed', 'points'],
);
const addDays = upsert('daily_stats', ['project_id', 'measure', 'day', 'bucket'], ['n']);
