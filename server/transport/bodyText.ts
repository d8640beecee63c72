import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';
import { AppError } from '../kernel/errors.js';
import { bodyBytes } from './bodyBytes.js';

/**
 * The whole body of a request as text, without a byte order mark; of JSON there is no other encoding (RFC 8259, 8.1).
 * @throws BAD_INPUT it is no UTF-8: what stands for such bytes would be stored in their place; PAYLOAD_TOO_LARGE; UNAVAILABLE its sender has gone.
 */
export async function bodyText(request: IncomingMessage): Promise<string> {
  const bytes = await bodyBytes(request, () => new TRPCError({ code: 'CLIENT_CLOSED_REQUEST' }));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('BAD_INPUT', 'The body is not valid UTF-8.');
  }
}
