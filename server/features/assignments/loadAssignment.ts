import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError, notFound } from '../../kernel/errors.js';
import type { LoadedTicket } from '../tickets/loadTicket.js';
import type { Span } from './assignments.present.js';

// A span never moves to another ticket, so this may be read before the ticket is locked.
const ticketOfSpan = statement('assignments.ticket', 'SELECT ticket_id FROM assignments WHERE id = $1');

/** @throws NOT_FOUND no such assignment. Whether the actor may see it is for `loadTicket` to say. */
export async function ticketOfAssignment(unit: UnitOfWork, assignmentId: string): Promise<string> {
  const [row] = await unit.all<{ ticket_id: string }>(ticketOfSpan, [assignmentId]);
  if (!row) throw notFound('assignment');
  return row.ticket_id;
}

/** The active span of this id. @throws CONFLICT it has ended, with the present holder in the details. */
export function activeSpan(held: LoadedTicket, assignmentId: string): Span {
  const span = held.spans.find(({ id }) => id === assignmentId);
  if (span) return span;
  const holder = held.spans.find(({ isPrimary }) => isPrimary);
  throw new AppError('CONFLICT', 'This assignment has ended.', {
    holderId: holder?.assigneeId ?? null,
    holderName: holder?.assigneeName ?? null,
    assignmentId: holder?.id ?? null,
  });
}

/** Foreign and missing assignments answer alike: what is said of the ticket is said of the assignment. */
export async function asAssignment<Result>(loading: Promise<Result>): Promise<Result> {
  try {
    return await loading;
  } catch (error) {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('assignment') : error;
  }
}
