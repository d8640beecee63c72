import { decodeRow } from '../../db/decodeRow.js';
import { TicketHistory } from '../../db/models/TicketHistory.js';
import { statement, type RunStatement } from '../../db/statement.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { clockFields, type ClockFacts, type Turn } from './clocks.js';

const findLines = statement(
  'sla.past',
  (d) => `SELECT h.ticket_id, h.version, h.field, h.old_value, h.created_at FROM ticket_history h
   WHERE ${d.anyOf('h.ticket_id', '$1')} AND h.field IN (${clockFields.map((field) => `'${field}'`).join(', ')})
   ORDER BY h.ticket_id, h.version`,
);

interface Line {
  readonly ticketId: string;
  readonly version: number;
  readonly field: string | null;
  readonly oldValue: string | null;
  readonly createdAt: Date;
}
export type Past = ReadonlyMap<string, readonly Line[]>;

/** What clocks look at of these tickets' histories. */
export async function pastsOf(all: RunStatement, ticketIds: readonly string[]): Promise<Past> {
  if (ticketIds.length === 0) return new Map();
  const rows = await all(findLines, [ticketIds]);
  return groupBy(
    rows.map((raw): Line => decodeRow(TicketHistory, raw)),
    ({ ticketId }) => ticketId,
  );
}

/** How the ticket was when it was made, and how it came to be since, told backwards from how it is. */
export function turnsOf(row: TicketRow, past: Past): [Turn, ...Turn[]] {
  const versions = [...groupBy(past.get(row.id) ?? [], ({ version }) => version).values()];
  const turns: Turn[] = [];
  let facts: ClockFacts = row;
  for (const lines of versions.toReversed()) {
    const [first] = lines;
    if (!first) continue;
    turns.unshift({ at: first.createdAt.getTime(), facts });
    facts = { ...facts, ...Object.fromEntries(lines.map(({ field, oldValue }) => [field, oldValue])) };
  }
  return [{ at: row.createdAt.getTime(), facts }, ...turns];
}
