import { statement, type Statements } from '../../db/statement.js';
import { newId } from '../../kernel/ids.js';

/** What a webhook is to be told. */
export interface Outgoing {
  readonly webhookId: string;
  /** The same thing again has the same key, and is not sent again. Of an event that is sent as it is, its id. */
  readonly dedupeKey: string;
  /** The event that is told of, or that is the cause. Of one ticket what comes later by `seq` waits for what came before. */
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly seq: number;
    readonly ticketId: string | null;
  };
  /** The very bytes that are sent: JSON. */
  readonly body: string;
}

const insertDelivery = statement(
  'webhooks.enqueue',
  (
    d,
  ) => `INSERT INTO webhook_deliveries (id, webhook_id, dedupe_key, event_id, event_type, seq, ticket_id, lane, body, status, attempts,
     expires_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'PENDING', 0, $10, ${d.cast('$11', 'DATE')}, ${d.cast('$11', 'DATE')})
   ON CONFLICT (webhook_id, dedupe_key) DO NOTHING`,
);
// Whoever ends the lane holds its row: we wait, and find it gone or not.
export const openLane = statement(
  'webhooks.openLane',
  (d) => `INSERT INTO webhook_lanes (webhook_id, lane, due_at, is_leased, claims, created_at, updated_at)
   VALUES ($1, $2, ${d.cast('$3', 'DATE')}, ${d.cast('$5', 'BOOLEAN')}, 0, ${d.cast('$3', 'DATE')}, ${d.cast('$3', 'DATE')})
   ON CONFLICT (webhook_id, lane) DO UPDATE SET updated_at = excluded.updated_at,
     due_at = CASE WHEN ${d.cast('$4', 'TEXT')} = 'now' AND NOT webhook_lanes.is_leased
       THEN excluded.due_at ELSE webhook_lanes.due_at END`,
);

/**
 * Puts a delivery into the queue, in the transaction of whatever is its cause; nothing is waited for. The sender finds it there within a
 * second, or at once when `webhooksSoon` is asked after COMMIT. What is in the queue or the log already changes nothing.
 */
export function enqueueDelivery(
  unit: Pick<Statements, 'send'> & { readonly at: Date },
  { webhookId, dedupeKey, event, body }: Outgoing,
  giveUpMs: number,
): void {
  const id = newId();
  const lane = event.ticketId ?? id;
  const until = new Date(unit.at.getTime() + giveUpMs);
  const about = [event.id, event.type, event.seq, event.ticketId];
  unit.send(insertDelivery, [id, webhookId, dedupeKey, ...about, lane, body, until, unit.at]);
  unit.send(openLane, [webhookId, lane, unit.at, '', false]);
}
