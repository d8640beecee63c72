import { slaKinds, type SlaClock, type SlaKind } from '../../../contract/ticketSla.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Ticket } from '../../db/models/Ticket.js';
import { TicketClock } from '../../db/models/TicketClock.js';
import { statement } from '../../db/statement.js';
import { canonicalJson } from '../../kernel/canonicalJson.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { clocksBy, nextMark } from './clocks.js';
import { pastsOf, turnsOf } from './pastOf.js';
import { slaBookOf } from './slaBook.js';

const PAGE = 200;
const findTickets = statement(
  'sla.checkTickets',
  `SELECT t.*, p.is_archived FROM tickets t JOIN projects p ON p.id = t.project_id
   WHERE t.id > $1 AND (t.sla IS NOT NULL OR EXISTS (SELECT 1 FROM ticket_slas s WHERE s.ticket_id = t.id))
   ORDER BY t.id LIMIT ${PAGE}`,
);
const findClocks = statement(
  'sla.checkClocks',
  (d) => `SELECT s.* FROM ticket_slas s WHERE ${d.anyOf('s.ticket_id', '$1')}`,
);

/** A clock that is not what the ticket's history makes of its terms, or a row of `ticket_slas` that is not what its ticket says. */
export interface ClockDisagreement {
  readonly ticketId: string;
  readonly key: string;
  readonly kind: SlaKind;
  readonly what: string;
}

const wordy = ({ warnedAt: _, breachedAt: __, ...clock }: SlaClock) => clock;

/** All clocks that disagree with a recomputation from the history of their tickets. Reads a page of tickets at a time. */
export async function* clockDisagreements(db: Database): AsyncGenerator<ClockDisagreement> {
  for (let last = ''; ;) {
    const raw = await db.all<{ id: string; is_archived: boolean | number }>(findTickets, [last]);
    yield* await disagreementsOf(db, raw);
    const end = raw.at(-1);
    if (!end || raw.length < PAGE) return;
    last = end.id;
  }
}

async function disagreementsOf(
  db: Database,
  raw: readonly { readonly id: string; readonly is_archived: boolean | number }[],
): Promise<ClockDisagreement[]> {
  const ids = raw.map(({ id }) => id);
  const tickets = raw.map((row) => ({
    row: decodeRow(Ticket, row) as TicketRow,
    isArchived: Boolean(row.is_archived),
  }));
  const [past, terms, clocks] = await Promise.all([
    pastsOf(db.all, ids),
    slaBookOf(db).termsOf(
      db.all,
      tickets.flatMap(({ row }) => row.sla?.termsId ?? []),
    ),
    db.all(findClocks, [ids]),
  ]);
  const rowsOf = groupBy(
    clocks.map((clock) => decodeRow(TicketClock, clock)),
    ({ ticketId }) => ticketId,
  );
  return tickets.flatMap(({ row, isArchived }) => {
    const own = row.sla && terms.get(row.sla.termsId);
    const wanted = own ? clocksBy(own, turnsOf(row, past)) : null;
    return slaKinds.flatMap((kind) => {
      const clock = row.sla?.[kind] ?? null;
      const found = rowsOf.get(row.id)?.find((one) => one.kind === kind);
      const said = [
        ...differences(clock && wordy(clock), wanted?.[kind] ? wordy(wanted[kind]) : null, 'its history makes it'),
        ...differences(
          clock && rowOf(clock, (isArchived || row.deletedAt !== null) && found?.markAt === null),
          found ? asClock(found) : null,
          'its row is',
        ),
      ];
      return said.map((what) => ({ ticketId: row.id, key: row.key, kind, what }));
    });
  });
}

const differences = (is: unknown, other: unknown, words: string): string[] =>
  canonicalJson(is) === canonicalJson(other) ? [] : [`is ${canonicalJson(is)}, and ${words} ${canonicalJson(other)}`];

const rowOf = (clock: SlaClock, isParked: boolean) => ({ ...clock, markAt: isParked ? null : nextMark(clock) });

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null;
const asClock = (row: ReturnType<typeof decodeRow<TicketClock>>) => ({
  startedAt: iso(row.startedAt),
  warnAt: iso(row.warnAt),
  dueAt: iso(row.dueAt),
  pausedAt: iso(row.pausedAt),
  stoppedAt: iso(row.stoppedAt),
  pausedMs: row.pausedMs,
  warnedAt: iso(row.warnedAt),
  breachedAt: iso(row.breachedAt),
  markAt: iso(row.markAt),
});
