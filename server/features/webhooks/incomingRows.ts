import { decodeRow } from '../../db/decodeRow.js';
import { IncomingWebhook } from '../../db/models/IncomingWebhook.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import type { IncomingRow } from './incoming.present.js';
import { ofLeads } from './ofLeads.js';

const changeable = [
  ...(['name', 'active', 'secretNo', 'previousSecretUntil', 'version', 'updatedAt', 'deletedAt', 'deletedBy'] as const),
] as const;
export const insertIncoming = insertRow(IncomingWebhook, [
  ...(['id', 'projectId', 'userId', 'kind', 'createdBy', 'createdAt'] as const),
  ...changeable,
]);
export const updateIncoming = updateRow(IncomingWebhook, changeable);

/** An incoming webhook in the audit log. */
export const incomingEntry = ({ id, projectId }: Pick<IncomingRow, 'id' | 'projectId'>) =>
  ({ entity: 'INCOMING_WEBHOOK', entityId: id, projectId }) as const;

export const {
  see: seeIncoming,
  load: loadIncoming,
  byId: incomingById,
  demandRoom: demandRoomForIncoming,
} = ofLeads<IncomingRow>({
  table: 'incoming_webhooks',
  prefix: 'incoming',
  noun: 'incoming webhook',
  decode: (raw) => decodeRow(IncomingWebhook, raw),
});
