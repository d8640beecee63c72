import { sendRows } from '../../db/rowStatements.js';
import { indexTickets } from '../../db/searchIndex.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Deps } from '../deps.js';
import { leftBehind, type TicketPlan } from './ticketPlan.js';
import { insertConversation } from './ticketStatements.js';
import { writeSpans } from './writeSpans.js';

/** What plans make that needs no number. The project is not held yet: others write meanwhile. */
export function writeAhead(deps: Deps, unit: UnitOfWork, plans: readonly TicketPlan[]): void {
  openConversations(unit, plans);
  indexWords(deps, unit, plans);
  writeSpans(
    unit,
    plans.filter(({ before }) => before !== null),
  );
}

/** Each new ticket has a conversation of its own, unless it was opened from one. */
function openConversations(unit: UnitOfWork, plans: readonly TicketPlan[]): void {
  const opened = plans.filter(({ before, keepsConversation }) => before === null && !keepsConversation);
  const rows = opened.map(({ after: { row } }) => ({
    id: row.conversationId,
    kind: 'TICKET' as const,
    projectId: row.projectId,
    createdAt: unit.at,
    updatedAt: unit.at,
  }));
  sendRows(unit, insertConversation, rows);
}

/** Those of new tickets are there before these are: their reference is checked at COMMIT. */
function indexWords({ db }: Deps, unit: UnitOfWork, plans: readonly TicketPlan[]): void {
  const searched = plans.filter(isSearchedAnew);
  for (const areNew of [true, false]) {
    const rows = searched.filter(({ before }) => (before === null) === areNew).map(({ after }) => after.row);
    indexTickets(unit, db.dialect, rows, { areNew });
  }
}

function isSearchedAnew(plan: TicketPlan): boolean {
  const [before, { row }] = [plan.before?.row, plan.after];
  return leftBehind(plan) !== null || before?.title !== row.title || before.description !== row.description;
}
