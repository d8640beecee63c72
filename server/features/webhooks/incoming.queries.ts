import type { z } from 'zod';
import type {
  IncomingDelivery as PresentedDelivery,
  IncomingWebhook as Presented,
  ListIncomingDeliveriesInput,
  ListIncomingInput,
} from '../../../contract/incomingWebhook.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { IncomingDelivery } from '../../db/models/IncomingDelivery.js';
import { IncomingWebhook } from '../../db/models/IncomingWebhook.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';
import { presentIncoming, presentIncomingDelivery } from './incoming.present.js';
import { seeIncoming } from './incomingRows.js';
import { canManageWebhooks } from './webhooks.policy.js';

const listed = statement(
  'incoming.list',
  `SELECT w.* FROM incoming_webhooks w WHERE w.project_id = $1 AND w.deleted_at IS NULL AND w.id > $2
   ORDER BY w.id LIMIT $3`,
);

/**
 * The incoming webhooks of a project, the oldest first.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export async function listIncoming(
  db: Database,
  actor: Actor,
  { projectId, limit, cursor }: z.output<typeof ListIncomingInput>,
): Promise<Page<Presented>> {
  demand(canManageWebhooks(await standingIn(db.all, actor, projectId)));
  const [id = ''] = decodeCursor(cursor, ['string']) ?? [];
  const rows = await db.all(listed, [projectId, id, limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(IncomingWebhook, row)),
    limit,
    (row) => [row.id],
    presentIncoming,
  );
}

const deliveriesOf = statement(
  'incoming.deliveries',
  `SELECT d.* FROM incoming_deliveries d WHERE d.incoming_webhook_id = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3`,
);
const AFTER_ALL = 'g';

/** What came, the newest first. @throws NOT_FOUND, FORBIDDEN see `seeIncoming`. */
export async function listIncomingDeliveries(
  db: Database,
  actor: Actor,
  { incomingId, limit, cursor }: z.output<typeof ListIncomingDeliveriesInput>,
): Promise<Page<PresentedDelivery>> {
  await seeIncoming(db.all, actor, incomingId);
  const [before = AFTER_ALL] = decodeCursor(cursor, ['string']) ?? [];
  const rows = await db.all(deliveriesOf, [incomingId, before, limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(IncomingDelivery, row)),
    limit,
    (row) => [row.id],
    presentIncomingDelivery,
  );
}
