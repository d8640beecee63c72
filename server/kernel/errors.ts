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

/** A foreign row answers exactly as a missing one, so the words are the same for both. */
export const notFound = (noun: string): AppError => new AppError('NOT_FOUND', `No such ${noun}.`);
