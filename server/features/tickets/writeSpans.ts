import { sendRows } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { TicketPlan } from './ticketPlan.js';
import { insertSpan, updateSpan } from './ticketStatements.js';

/** Who holds the tickets of these plans, from when until when. The rows of the tickets must be there. */
export function writeSpans(unit: UnitOfWork, plans: readonly TicketPlan[]): void {
  const ended = plans.flatMap((plan) => plan.ended.map(({ span }) => span));
  const remarked = plans.flatMap((plan) => plan.remarked);
  // Whoever loses the primary mark goes first: two primaries at a time would break the unique index.
  for (const spans of [
    ended,
    remarked.filter(({ isPrimary }) => !isPrimary),
    remarked.filter(({ isPrimary }) => isPrimary),
  ])
    sendRows(
      unit,
      updateSpan,
      spans.map((span) => ({ ...span, updatedAt: unit.at })),
    );
  const started = plans.flatMap((plan) => plan.started?.span ?? []);
  sendRows(
    unit,
    insertSpan,
    started.map((span) => ({ ...span, createdAt: unit.at, updatedAt: unit.at })),
  );
}
