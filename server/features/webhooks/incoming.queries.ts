import type { z } from 'zod';
import type {
  IncomingDelivery as PresentedDelivery,
  IncomingWebhook as Presented,
  ListIncomingDeliveriesInput,
  ListIncomingInput,
} from '../../../contract/incomingWebhook.js';
import { LatestFirst, OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { IncomingDelivery } from '../../db/models/IncomingDelivery.js';
import { IncomingWebhook } from '../../db/models/IncomingWebhook.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { presentIncoming, presentIncomingDelivery } from './incoming.present.js';
import { seeIncoming } from './incomingRows.js';
import { canManageWebhooks } from './webhooks.policy.js';

const listed = sortedList(
  'incoming.list',
  OldestFirst,
  { createdAt: [madeAs('w.id', 'id')] },
  2,
  ({ after, orderBy }) => `SELECT w.* FROM incoming_webhooks w
   WHERE w.project_id = $1 AND w.deleted_at IS NULL AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);

/**
 * The incoming webhooks of a project.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export async function listIncoming(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListIncomingInput>,
): Promise<Page<Presented>> {
  demand(canManageWebhooks(await standingIn(db.all, actor, projectId)));
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [projectId, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(IncomingWebhook, row)),
    limit,
    cursorOf,
    presentIncoming,
  );
}

const deliveriesOf = sortedList(
  'incoming.deliveries',
  LatestFirst,
  { createdAt: [madeAs('d.id', 'id')] },
  2,
  ({ after, orderBy }) => `SELECT d.* FROM incoming_deliveries d
   WHERE d.incoming_webhook_id = $1 AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);

/** What came. @throws NOT_FOUND, FORBIDDEN see `seeIncoming`. */
export async function listIncomingDeliveries(
  db: Database,
  actor: Actor,
  { incomingId, sort, limit, cursor }: z.output<typeof ListIncomingDeliveriesInput>,
): Promise<Page<PresentedDelivery>> {
  await seeIncoming(db.all, actor, incomingId);
  const { statement, values, cursorOf } = deliveriesOf(sort, cursor);
  const rows = await db.all(statement, [incomingId, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(IncomingDelivery, row)),
    limit,
    cursorOf,
    presentIncomingDelivery,
  );
}
