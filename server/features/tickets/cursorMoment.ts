import { AppError } from '../../kernel/errors.js';

/** A cursor's moment; without one the beginning of time. @throws BAD_INPUT it is none. */
export function momentOf(part: string | number | undefined): Date {
  const moment = new Date(part ?? 0);
  if (Number.isNaN(moment.getTime()))
    throw new AppError('BAD_INPUT', 'This cursor is not one of this list.', { field: 'cursor' });
  return moment;
}
