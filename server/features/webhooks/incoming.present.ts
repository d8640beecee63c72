import type { Attributes } from 'sequelize';
import type {
  IncomingDelivery as PresentedDelivery,
  IncomingWebhook as Presented,
} from '../../../contract/incomingWebhook.js';
import type { IncomingDelivery } from '../../db/models/IncomingDelivery.js';
import type { IncomingWebhook } from '../../db/models/IncomingWebhook.js';

export type IncomingRow = Attributes<IncomingWebhook>;
export type IncomingDeliveryRow = Attributes<IncomingDelivery>;

const paths: Readonly<Record<IncomingRow['kind'], string>> = { GITHUB: 'github' };

export const presentIncoming = (row: IncomingRow): Presented => ({
  id: row.id,
  projectId: row.projectId,
  kind: row.kind,
  name: row.name,
  path: `/hooks/${paths[row.kind]}/${row.id}`,
  active: row.active,
  userId: row.userId,
  receivedAt: row.receivedAt?.toISOString() ?? null,
  secretVersion: row.secretNo,
  previousSecretUntil: row.previousSecretUntil?.toISOString() ?? null,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentIncomingDelivery = (row: IncomingDeliveryRow): PresentedDelivery => ({
  id: row.id,
  deliveryKey: row.deliveryKey,
  event: row.event,
  action: row.action,
  outcome: row.outcome,
  reason: row.reason,
  ticketId: row.ticketId,
  createdAt: row.createdAt.toISOString(),
});
