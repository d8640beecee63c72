import { AppError } from '../../kernel/errors.js';

/** Days as `YYYY-MM-DD` compare as text. @throws BAD_INPUT the end is before the start. */
export function demandDateOrder(dates: { startDate: string | null; endDate: string | null }): void {
  const { startDate, endDate } = dates;
  if (startDate !== null && endDate !== null && endDate < startDate)
    throw new AppError('BAD_INPUT', 'A project cannot end before it starts.', { field: 'endDate' });
}
