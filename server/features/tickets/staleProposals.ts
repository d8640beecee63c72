import { proposalRestsOn } from '../../../contract/planning.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { TicketPlan } from './ticketPlan.js';
import type { TicketRow } from './tickets.present.js';

export type ProposalBasis = Pick<TicketRow, (typeof proposalRestsOn)[number]>;

const makeStale = statement(
  'proposals.makeStale',
  (d) => `UPDATE assignment_proposals SET state = 'STALE', updated_at = $2
   WHERE state = 'PROPOSED' AND ${d.anyOf('ticket_id', '$1')}`,
);

/** Whether what was proposed for the ticket as it was then cannot be for it as it is now. */
export const isOvertakenBy = (then: ProposalBasis, now: TicketRow): boolean =>
  now.deletedAt !== null ||
  now.status === 'RESOLVED' ||
  now.status === 'CLOSED' ||
  proposalRestsOn.some((field) => then[field] !== now[field]);

/** Proposals for tickets that these plans change in what they rest on are stale by the same transaction. */
export function staleProposals(unit: UnitOfWork, plans: readonly TicketPlan[]): void {
  const overtaken = plans.filter(({ before, after }) => before !== null && isOvertakenBy(before.row, after.row));
  if (overtaken.length > 0) unit.send(makeStale, [overtaken.map(({ after }) => after.row.id), unit.at]);
}
