import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';
import { AppError } from '../../kernel/errors.js';
import { bodyText } from '../bodyText.js';
import { unsupported } from '../gate.js';
import { isJson } from '../json.js';
import type { Route } from './route.js';

/**
 * The body of a call; undefined when none came.
 * @throws BAD_INPUT it is no JSON, no UTF-8, or where none is taken; PAYLOAD_TOO_LARGE; UNAVAILABLE its sender has gone.
 */
export async function readJson(request: IncomingMessage, { method, fields }: Route): Promise<unknown> {
  const { headers } = request;
  const mayCome = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!mayCome || method === 'GET') return undefined;
  if (!fields.hasBody) throw new AppError('BAD_INPUT', 'This call takes query parameters and no body.');
  // Also what keeps forms of other pages out: they cannot send this type without asking first.
  if (!isJson(request)) throw unsupported('Send the body as application/json.');
  const text = await bodyText(request);
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TRPCError({ code: 'PARSE_ERROR' });
  }
}
