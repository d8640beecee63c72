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
export function isBatonError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is BatonError & { readonly code: Code } {
  return error instanceof BatonError && (code === undefined || error.code === code);
}

export function toBatonError(error: unknown): BatonError {
  if (error instanceof BatonError) return error;
  if (!(error instanceof TRPCClientError)) return unreachable(error);
  if (error.cause instanceof BatonError) return error.cause;
  const app = appShape(error.data);
  return app ? new BatonError(app.code, app.message, app.details, { cause: error }) : unreachable(error.cause ?? error);
}

const unreachable = (cause: unknown) =>
  new BatonError('UNAVAILABLE', 'The server could not be reached.', {}, { cause });

const codesOfProxies: Readonly<Record<number, ErrorCode>> = {
  401: 'FORBIDDEN',
  403: 'FORBIDDEN',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
};

/** An HTTP answer that is not Baton's but of something in front of it, or of another server altogether. */
export const refusal = (status: number): BatonError =>
  new BatonError(codesOfProxies[status] ?? 'UNAVAILABLE', `Something else than Baton answered (HTTP ${status}).`, {
    status,
  });

/** The server wants to know anew who asks. */
export const isTokenProblem = ({ code }: BatonError): boolean => code === 'TOKEN_EXPIRED' || code === 'UNAUTHENTICATED';

function appShape(data: unknown): AppErrorShape | null {
  if (!isRecord(data) || !isRecord(data['app'])) return null;
  const { code, message, details } = data['app'];
  if (!isErrorCode(code) || typeof message !== 'string') return null;
  return { code, message, details: isRecord(details) ? (details as ErrorDetails) : {} };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isErrorCode = (value: unknown): value is ErrorCode => errorCodes.some((code) => code === value);
