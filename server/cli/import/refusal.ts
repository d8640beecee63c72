import { ZodError } from 'zod';
import type { ErrorCode } from '../../../contract/errors.js';
import { AppError } from '../../kernel/errors.js';

const rowsFault: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'DUPLICATE',
  'CAPACITY_EXCEEDED',
  'IDEMPOTENCY_KEY_REUSED',
]);

/** Why a command refused what the row says; null for an error that is not the row's fault. */
export function refusal(error: unknown): string | null {
  if (error instanceof ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', ');
  return error instanceof AppError && rowsFault.has(error.code) ? error.message : null;
}
