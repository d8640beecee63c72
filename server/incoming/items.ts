import type { IncomingOutcome } from '../../contract/incomingWebhook.js';
import { decodeRow } from '../db/decodeRow.js';
import { IncomingDelivery } from '../db/models/IncomingDelivery.js';
import { IncomingItem } from '../db/models/IncomingItem.js';
import { json, statement, type RunStatement } from '../db/statement.js';
import { newId } from '../kernel/ids.js';

export interface KnownItem<Remote> {
  readonly ticketId: string | null;
  readonly remoteAt: Date;
  readonly remote: Remote;
  /** It was deleted there: nothing that comes after is of any use. */
  readonly isGone: boolean;
}

const findItem = statement(
  'incoming.item',
  'SELECT i.* FROM incoming_items i WHERE i.incoming_webhook_id = $1 AND i.external_id = $2',
);
const keepItem = statement(
  'incoming.keepItem',
  (
    d,
  ) => `INSERT INTO incoming_items (incoming_webhook_id, external_id, ticket_id, remote_at, remote, is_gone, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, ${d.cast('$7', 'DATE')}, ${d.cast('$7', 'DATE')})
   ON CONFLICT (incoming_webhook_id, external_id) DO UPDATE SET ticket_id = excluded.ticket_id, remote_at = excluded.remote_at,
     remote = excluded.remote, is_gone = excluded.is_gone, updated_at = excluded.updated_at`,
);

export async function itemOf<Remote>(
  all: RunStatement,
  incomingId: string,
  externalId: string,
): Promise<KnownItem<Remote> | null> {
  const [raw] = await all(findItem, [incomingId, externalId]);
  return raw ? (decodeRow(IncomingItem, raw) as unknown as KnownItem<Remote>) : null;
}

export const rememberItem = (
  all: RunStatement,
  incomingId: string,
  externalId: string,
  { ticketId, remoteAt, remote, isGone }: KnownItem<object>,
  now: Date,
): Promise<unknown> => all(keepItem, [incomingId, externalId, ticketId, remoteAt, json(remote), isGone, now]);

/** What was made of what came. */
export interface Received {
  readonly outcome: IncomingOutcome;
  readonly reason: string | null;
  readonly ticketId: string | null;
}
/** What came, by the sender's own name for it. */
export interface Arrival {
  readonly deliveryKey: string;
  readonly event: string;
  readonly action: string | null;
}

const findDelivery = statement(
  'incoming.delivery',
  'SELECT d.* FROM incoming_deliveries d WHERE d.incoming_webhook_id = $1 AND d.delivery_key = $2',
);
// One that was refused may come again, and find things otherwise.
const keepDelivery = statement(
  'incoming.keepDelivery',
  (
    d,
  ) => `INSERT INTO incoming_deliveries (id, incoming_webhook_id, delivery_key, event, action, outcome, reason, ticket_id, created_at,
     updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${d.cast('$9', 'DATE')}, ${d.cast('$9', 'DATE')})
   ON CONFLICT (incoming_webhook_id, delivery_key) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,
     ticket_id = excluded.ticket_id, updated_at = excluded.updated_at WHERE incoming_deliveries.outcome = 'REFUSED'`,
);
const touch = statement('incoming.touch', 'UPDATE incoming_webhooks SET received_at = $2 WHERE id = $1');

/** What was made of it when it came before; null: it did not, or was refused. */
export async function earlier(all: RunStatement, incomingId: string, deliveryKey: string): Promise<Received | null> {
  const [raw] = await all(findDelivery, [incomingId, deliveryKey]);
  if (!raw) return null;
  const { outcome, reason, ticketId } = decodeRow(IncomingDelivery, raw);
  return outcome === 'REFUSED' ? null : { outcome, reason, ticketId };
}

const REASON_LENGTH = 500;

export async function remember(
  all: RunStatement,
  incomingId: string,
  { deliveryKey, event, action }: Arrival,
  { outcome, reason, ticketId }: Received,
  now: Date,
): Promise<void> {
  const told = reason?.slice(0, REASON_LENGTH) ?? null;
  await all(keepDelivery, [newId(), incomingId, deliveryKey, event, action, outcome, told, ticketId, now]);
  await all(touch, [incomingId, now]);
}
