import { AppError } from '../kernel/errors.js';

interface DriverError {
  message?: string;
  code?: string;
  /** Of PostgreSQL's own code, where the error came up. */
  routine?: string;
  original?: DriverError;
}

/** The driver's own error under Sequelize's wrapper. */
function driverError(error: unknown): DriverError {
  const outer = (error ?? {}) as DriverError;
  return outer.original ?? outer;
}

/** Serialization failure, deadlock, lock timeout, shutdown, starting up, too many connections; class 08. */
const TRANSIENT_STATES = new Set(['40001', '40P01', '55P03', '57P01', '57P02', '57P03', '53300']);
const TRANSIENT_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'SQLITE_BUSY']);
const TRANSIENT_WORDS =
  /terminated unexpectedly|not queryable|Connection terminated|connection timeout|timeout expired|Query read timeout|ResourceRequest timed out|Operation timeout/i;

/** No room left, or a disk that fails: nothing of ours, but to try again at once would only wear it out further. */
const DISK_CODES = new Set(['53100', '58030', 'SQLITE_FULL', 'SQLITE_IOERR']);

/** Work that was not done, for no fault of its own: by itself, or a moment later, it may succeed. */
export class PassingFailure extends Error {
  override readonly name: string = 'PassingFailure';
}

/**
 * Whether a prepared statement would answer otherwise than when it was prepared: a migration has added a column meanwhile. Once it is
 * prepared anew it runs.
 */
export const isOutdated = (error: unknown): boolean => driverError(error).routine === 'RevalidateCachedQuery';

/** Reads once more what failed for that reason alone. Not inside of a transaction: that is lost. */
export const againIfOutdated = <Result>(read: () => Promise<Result>): Promise<Result> =>
  read().catch((error: unknown) => {
    if (isOutdated(error)) return read();
    throw error;
  });

/** Whether the same work may succeed when it is done again from BEGIN on. */
export function isTransient(error: unknown): boolean {
  if (error instanceof AppError) return false;
  if (error instanceof PassingFailure) return true;
  const { code = '', message = '' } = driverError(error);
  return (
    isOutdated(error) ||
    TRANSIENT_STATES.has(code) ||
    code.startsWith('08') ||
    TRANSIENT_CODES.has(code) ||
    TRANSIENT_WORDS.test(message)
  );
}

/**
 * Whether the connection ended, of which nobody knows how far it got: the server said nothing, or that it is going down. Any
 * other error is the database's own word that the statement, and the transaction with it, was not done.
 */
export function isConnectionLoss(error: unknown): boolean {
  const { code = '' } = driverError(error);
  return isTransient(error) && (!/^[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code)) && code !== 'SQLITE_BUSY';
}

function isUniqueViolation(error: unknown): boolean {
  const { code, message = '' } = driverError(error);
  return code === '23505' || message.includes('UNIQUE constraint failed');
}

/**
 * Turns what the database refused into what the caller can mend, and names nothing of the schema; other errors pass through unchanged.
 * Class 22 is bad data, 23 a broken constraint, 54 too much of something.
 */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code = '', message = '' } = driverError(error);
  if (isUniqueViolation(error)) return new AppError('DUPLICATE', 'Something with these values exists already.');
  if (code === '23503' || message.includes('FOREIGN KEY constraint failed'))
    return new AppError('BAD_INPUT', 'A value refers to something that does not exist.');
  if (/^(22|23|54)/.test(code) || /(CHECK|NOT NULL) constraint failed/.test(message))
    return new AppError('BAD_INPUT', 'A value is outside of what can be stored.');
  if (DISK_CODES.has(code))
    return new AppError('UNAVAILABLE', 'The database can store nothing right now. Try again later.');
  if (isTransient(error)) return new AppError('UNAVAILABLE', 'The database is not available right now. Try again.');
  return error;
}
