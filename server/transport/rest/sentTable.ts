import type { IncomingMessage } from 'node:http';
import { limits } from '../../../contract/limits.js';
import type { SentBytes } from '../../csv/spooled.js';
import type { Route } from './route.js';

const TYPE = /^text\/csv\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w.:-]+)"?/i;

/** Whether the body is a table by itself, and no JSON that holds one. */
export const isTable = ({ headers }: IncomingMessage): boolean => TYPE.test(headers['content-type'] ?? '');

/** How much a body may hold. */
export const bodyLimitOf = (request: IncomingMessage): number =>
  isTable(request) ? limits.csvBytes : limits.httpBodyBytes;

/** The table that is the body, for a call that takes one; nothing of it is read yet. */
export function sentTable(request: IncomingMessage, { fields }: Route): SentBytes | null {
  if (!isTable(request) || !fields.besideTable) return null;
  const [, encoding = 'utf-8'] = CHARSET.exec(request.headers['content-type'] ?? '') ?? [];
  return { bytes: request, encoding };
}
