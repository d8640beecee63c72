import type { Attributes } from 'sequelize';
import type { Delivery, DeliveryDetail, Webhook as Presented } from '../../../contract/webhook.js';
import type { Webhook } from '../../db/models/Webhook.js';
import type { WebhookDelivery } from '../../db/models/WebhookDelivery.js';

export type WebhookRow = Attributes<Webhook>;
export type DeliveryRow = Attributes<WebhookDelivery>;

const plainly = (moment: Date | null): string | null => moment?.toISOString() ?? null;

export const presentWebhook = (row: WebhookRow): Presented => ({
  id: row.id,
  projectId: row.projectId,
  url: row.url,
  eventTypes: row.eventTypes,
  description: row.description,
  active: row.active,
  disabledReason: row.disabledReason,
  failingSince: plainly(row.failingSince),
  secretVersion: row.secretNo,
  previousSecretUntil: plainly(row.previousSecretUntil),
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentDelivery = (row: Omit<DeliveryRow, 'body' | 'responseHeaders' | 'responseBody'>): Delivery => ({
  id: row.id,
  webhookId: row.webhookId,
  eventId: row.eventId,
  eventType: row.eventType,
  seq: row.seq,
  ticketId: row.ticketId,
  status: row.status,
  attempts: row.attempts,
  attemptedAt: plainly(row.attemptedAt),
  responseStatus: row.responseStatus,
  durationMs: row.durationMs,
  error: row.error,
  finishedAt: plainly(row.finishedAt),
  createdAt: row.createdAt.toISOString(),
});

export const presentDeliveryInFull = (row: DeliveryRow): DeliveryDetail => ({
  ...presentDelivery(row),
  requestBody: row.body,
  responseHeaders: row.responseHeaders,
  responseBody: row.responseBody,
});
