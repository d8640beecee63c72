import { TRPCClientError } from '@trpc/client';
import { errorCodes, type AppErrorShape, type ErrorCode, type ErrorDetails } from '../../contract/errors.js';

/**
 * Every failure of a call or a stream. `code` is the server's; when the server could not be reached or gave no answer that
 * can be read it is `UNAVAILABLE`, with what happened in `cause`. An aborted call is not one of these: it rejects with the
 * reason of its signal, as `fetch` does.
 */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** With `code`, true for that code only: `if (isBatonError(error, 'CONFLICT')) …`. */
export function isBatonError(error: unknown, code?: ErrorCode): error is BatonError {
  return error instanceof BatonError && (code === undefined || error.code === code);
}

export function toBatonError(error: unknown): BatonError {
  if (error instanceof BatonError) return error;
  const app = error instanceof TRPCClientError ? appShape(error.data) : null;
  if (app) return new BatonError(app.code, app.message, app.details, { cause: error });
  const status = statusOf(error);
  if (status !== null && status >= 400 && status < 500) return refused(status, error);
  return new BatonError('UNAVAILABLE', 'The server could not be reached.', {}, { cause: error });
}

/** Not answered by Baton but by something in front of it. */
function refused(status: number, cause: unknown): BatonError {
  const message = `The request was refused on its way to the server (HTTP ${status}).`;
  if (status === 413) return new BatonError('PAYLOAD_TOO_LARGE', message, { status }, { cause });
  if (status === 429) return new BatonError('TOO_MANY_REQUESTS', message, { status }, { cause });
  if (status === 408) return new BatonError('UNAVAILABLE', message, { status }, { cause });
  return new BatonError('BAD_INPUT', message, { status }, { cause });
}

function appShape(data: unknown): AppErrorShape | null {
  if (!isRecord(data) || !isRecord(data['app'])) return null;
  const { code, message, details } = data['app'];
  if (!isErrorCode(code) || typeof message !== 'string') return null;
  return { code, message, details: isRecord(details) ? (details as ErrorDetails) : {} };
}

function statusOf(error: unknown): number | null {
  const response = error instanceof TRPCClientError && isRecord(error.meta) ? error.meta['response'] : null;
  return isRecord(response) && typeof response['status'] === 'number' ? response['status'] : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isErrorCode = (value: unknown): value is ErrorCode => errorCodes.some((code) => code === value);
