import type { ErrorCode, ErrorDetails } from '../../../contract/errors.js';
import { AppError } from '../../kernel/errors.js';

/** A refusal on the way of bytes, which HTTP has a number of its own for. */
export class FileRefusal extends AppError {
  constructor(
    readonly httpStatus: number,
    code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(code, message, details);
  }
}
