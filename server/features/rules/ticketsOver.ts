import { ticketStatuses, type TicketStatus } from '../../../contract/ticket.js';
import { asksFor } from '../../../contract/rule.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Ticket } from '../../db/models/Ticket.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import { conditionsHold } from './conditions.js';
import { factsOf } from './facts.js';
import type { RuleRow } from './rules.present.js';

const PAGE = 500;
/** Of more tickets in the statuses that a rule is about those made first are looked at. */
const LOOKED_MAX = 20_000;

const pageOf = statement(
  'rules.ticketsOver',
  (d) => `SELECT t.* FROM tickets t WHERE t.project_id = $1 AND ${d.anyOf('t.status', '$2')} AND t.number > $3
     AND t.deleted_at IS NULL AND t.merged_into_id IS NULL ORDER BY t.number LIMIT ${PAGE}`,
);

/** In which statuses the conditions can hold. Closed tickets grow without end: a rule that does not ask for the status is not about them. */
export function statusesOver({ conditions }: Pick<RuleRow, 'conditions'>, now: Date): TicketStatus[] {
  const isAsked = asksFor(conditions, 'status');
  return ticketStatuses.filter((status) => {
    if (!isAsked && status === 'CLOSED') return false;
    const valuesOf = (field: string) => (field === 'status' ? [status] : undefined);
    return conditionsHold(conditions, { now, valuesOf, changeOf: () => null }) !== false;
  });
}

/** The tickets that a scheduled rule is about, by number, as they are at this moment; no more than it can act upon. */
export async function ticketsOver(
  all: RunStatement,
  rule: Pick<RuleRow, 'projectId' | 'conditions'>,
  now: Date,
  isEnough: (state: TicketState) => boolean,
): Promise<{ looked: number; found: TicketState[] }> {
  const statuses = statusesOver(rule, now);
  const found: TicketState[] = [];
  let [looked, after] = [0, 0];
  while (looked < LOOKED_MAX && statuses.length > 0) {
    const rows = await all(pageOf, [rule.projectId, statuses, after]);
    for (const raw of rows) {
      const { priorityRank: _, dueSort: __, ...row } = decodeRow(Ticket, raw);
      const state: TicketState = { row, spans: [], latest: null };
      looked++;
      after = row.number;
      if (conditionsHold(rule.conditions, factsOf(state, null, now)) !== true) continue;
      found.push(state);
      if (isEnough(state)) return { looked, found };
    }
    if (rows.length < PAGE) break;
  }
  return { looked, found };
}
