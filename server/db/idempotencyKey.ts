import { createHash } from 'node:crypto';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { AppError } from '../kernel/errors.js';
import { PassingFailure } from './databaseErrors.js';
import type { Database } from './database.js';
import { json, statement, transactionId, type Statements } from './statement.js';
import type { Call } from './call.js';

// The insert waits for a concurrent call with the same key, so that its reply is seen and the work is not done twice.
const insertKey = statement(
  'idempotency.claim',
  (d) => `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (user_id, key) DO NOTHING RETURNING ${transactionId(d)}`,
);
export const findKey = statement(
  'idempotency.find',
  (d) =>
    `SELECT procedure, request_hash, ${d.jsonText('reply')} AS reply FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
);
const storeReply = statement(
  'idempotency.reply',
  'UPDATE idempotency_keys SET reply = $3 WHERE user_id = $1 AND key = $2',
);

/** The key is another call's: that one's reply is this one's too. */
export class KeyTaken extends PassingFailure {
  override readonly name = 'KeyTaken';
}

/**
 * Asks for the call's key. Waits for a concurrent call with the same one.
 * @returns PostgreSQL's name of the transaction; null without a key, and on SQLite.
 * @throws KeyTaken a call with this key was committed.
 */
export async function claimKey({ all }: Statements, { actor, procedure, input }: Call): Promise<string | null> {
  const { idempotencyKey: key, ...request } = input;
  if (key === undefined) return null;
  const [mine] = await all<{ transaction_id: string | null }>(insertKey, [
    actor.userId,
    key,
    procedure,
    hashOf(request),
    new Date(),
  ]);
  if (!mine) throw new KeyTaken();
  return mine.transaction_id;
}

export function keepReply({ send }: Statements, { actor, input }: Call, reply: unknown): void {
  if (input.idempotencyKey !== undefined) send(storeReply, [actor.userId, input.idempotencyKey, json(reply)]);
}

/**
 * The reply that was kept under the call's key; null when there is no such key (any more). Waits until it is committed.
 * @throws IDEMPOTENCY_KEY_REUSED the key came with another input before.
 */
export async function findReply<Reply>(
  db: Database,
  { actor, procedure, input }: Call,
): Promise<{ readonly reply: Reply } | null> {
  const { idempotencyKey: key = '', ...request } = input;
  const open = await db.begin();
  const finding = open.all<{ procedure: string; request_hash: string; reply: string }>(findKey, [actor.userId, key]);
  const [[found]] = await Promise.all([finding, open.commit()]);
  if (!found) return null;
  if (found.procedure !== procedure || found.request_hash !== hashOf(request))
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key belongs to another request.', {
      procedure: found.procedure,
    });
  return { reply: JSON.parse(found.reply) as Reply };
}

const hashOf = (request: object): string => createHash('sha256').update(canonicalJson(request)).digest('hex');
