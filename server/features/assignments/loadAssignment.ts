import { AppError, notFound } from '../../kernel/errors.js';
import type { LoadedTicket } from '../tickets/loadTicket.js';
import type { Span } from './assignments.present.js';

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
