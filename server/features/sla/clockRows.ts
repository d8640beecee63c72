import { slaKinds, type SlaClock, type SlaKind, type TicketSla } from '../../../contract/ticketSla.js';
import { inBatches, statementsByCount, tuple } from '../../db/rowStatements.js';
import { statement, type Value } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { nextMark } from './clocks.js';

const columns = [
  ...(['terms_id', 'started_at', 'warn_at', 'due_at', 'paused_at', 'stopped_at', 'paused_ms'] as const),
  ...(['warned_at', 'breached_at', 'mark_at', 'updated_at'] as const),
] as const;
const keepClocks = statementsByCount(
  'sla.keepClocks',
  columns.length + 3,
  (
    rows,
  ) => `INSERT INTO ticket_slas (ticket_id, kind, ${columns.join(', ')}, created_at) VALUES ${rows.map(tuple).join(', ')}
   ON CONFLICT (ticket_id, kind) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
);
const dropClocks = statement(
  'sla.dropClocks',
  (d) => `DELETE FROM ticket_slas WHERE kind = $2 AND ${d.anyOf('ticket_id', '$1')}`,
);

const moment = (text: string | null): Date | null => (text === null ? null : new Date(text));

const valuesOf = (ticketId: string, kind: SlaKind, termsId: string, clock: SlaClock, at: Date): Value[] => [
  ticketId,
  kind,
  termsId,
  moment(clock.startedAt),
  moment(clock.warnAt),
  moment(clock.dueAt),
  moment(clock.pausedAt),
  moment(clock.stoppedAt),
  clock.pausedMs,
  moment(clock.warnedAt),
  moment(clock.breachedAt),
  moment(nextMark(clock)),
  at,
  at,
];

interface Clocked {
  readonly row: { readonly id: string; readonly sla: TicketSla | null; readonly deletedAt: Date | null };
}
interface Changed {
  readonly before: Clocked | null;
  readonly after: Clocked;
}

/** Of a ticket that was deleted nothing is told until it is there again. */
const isChanged = ({ before, after: { row } }: Changed): boolean =>
  (before?.row.sla ?? null) !== row.sla ||
  (row.sla !== null && before !== null && before.row.deletedAt !== row.deletedAt);

/** Writes what these changes did to clocks, so that they are found by it. The tickets must be there. */
export function writeClocks(unit: Pick<UnitOfWork, 'send' | 'at'>, changes: readonly Changed[]): void {
  const changed = changes.filter(isChanged);
  if (changed.length === 0) return;
  for (const kind of slaKinds) {
    const gone = changed.filter(({ before, after }) => before?.row.sla?.[kind] && !after.row.sla?.[kind]);
    if (gone.length > 0) unit.send(dropClocks, [gone.map(({ after }) => after.row.id), kind]);
  }
  const rows = changed.flatMap(({ after: { row } }) =>
    slaKinds.flatMap((kind) => {
      const clock = row.sla?.[kind];
      return row.sla && clock ? [valuesOf(row.id, kind, row.sla.termsId, clock, unit.at)] : [];
    }),
  );
  for (const batch of inBatches(rows)) unit.send(keepClocks(batch.length), batch.flat());
}
