import type { ErrorCode, ErrorDetails } from '../../contract/errors.js';

/** The one error that commands, queries and streams throw on purpose; anything else reaches a client as INTERNAL. */
export class AppError extends Error {
  override readonly name = 'AppError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }
}

/** What the call gives, or the {@link AppError} that it throws. */
export function orError<Value>(call: () => Value): Value | AppError {
  try {
    return call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** A foreign row answers exactly as a missing one, so the words are the same for both. */
export const notFound = (noun: string): AppError => new AppError('NOT_FOUND', `No such ${noun}.`);
