import { z } from 'zod';
import { deliveryStatuses, webhookFailures } from './enums.js';
import type { ProjectEventType } from './event.js';
import { limits } from './limits.js';
import {
  count,
  ExpectedVersion,
  Id,
  Instant,
  isStorable,
  LatestFirst,
  longText,
  listInput,
  mutationInput,
  OldestFirst,
  page,
} from './text.js';

export { deliveryStatuses, webhookFailures };
export const DeliveryStatus = z.enum(deliveryStatuses);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** Each of what a project can tell: a new one does not compile until it stands here. */
const told = {
  'ticket.created': true,
  'ticket.updated': true,
  'ticket.assigned': true,
  'ticket.unassigned': true,
  'ticket.deleted': true,
  'ticket.restored': true,
  'ticket.moved': true,
  'ticket.arrived': true,
  'ticket.linked': true,
  'ticket.unlinked': true,
  'ticket.merged': true,
  'ticket.unmerged': true,
  'assignment.proposed': true,
  'assignment.approved': true,
  'assignment.rejected': true,
  'assignment.withdrawn': true,
  'comment.created': true,
  'comment.updated': true,
  'comment.deleted': true,
  'conversation.created': true,
  'conversation.updated': true,
  'conversation.archived': true,
  'message.posted': true,
  'message.updated': true,
  'message.deleted': true,
  'attachment.added': true,
  'attachment.removed': true,
  'project.created': true,
  'project.updated': true,
  'project.archived': true,
  'member.added': true,
  'member.updated': true,
  'member.removed': true,
  'rule.created': true,
  'rule.updated': true,
  'rule.deleted': true,
  'ticket.slaWarned': true,
  'ticket.slaBreached': true,
  'validation.updated': true,
  'discrepancy.found': true,
  'discrepancy.updated': true,
  'webhook.disabled': true,
} satisfies Record<ProjectEventType, true>;
export const webhookEventTypes = Object.keys(told) as [ProjectEventType, ...ProjectEventType[]];

const fields = {
  /** Without a user in it, and without a fragment. Which places it may lead to is for the server to say. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(limits.webhookUrlLength)
    .refine((value) => isStorable(value) && !/\s/.test(value), 'holds a space, a NUL or a lone surrogate'),
  eventTypes: z
    .array(z.enum(webhookEventTypes))
    .max(webhookEventTypes.length)
    .refine((types) => new Set(types).size === types.length, 'names a type twice'),
  description: longText(limits.reasonLength),
  active: z.boolean(),
};

/** Where events of a project are sent, as staff of the project who are in no private channel see them. `eventTypes` empty: all of them. */
export const Webhook = z.object({
  id: Id,
  projectId: Id,
  url: z.string(),
  eventTypes: z.array(z.string()),
  description: z.string(),
  active: z.boolean(),
  /** Why the system turned it off; null when it did not. */
  disabledReason: z.enum(webhookFailures).nullable(),
  /** Since when nothing has got through; null when the last attempt did. */
  failingSince: Instant.nullable(),
  /** Grows with each new secret. */
  secretVersion: z.int(),
  /** Until then what is sent is signed by the secret before as well. */
  previousSecretUntil: Instant.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Webhook = z.infer<typeof Webhook>;
/** The secret is told this once. */
export const WebhookWithSecret = Webhook.extend({ secret: z.string() });
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>;

export const ListWebhooksInput = listInput({ projectId: Id, sort: OldestFirst });
export const WebhookPage = page(Webhook);
export const CreateWebhookInput = mutationInput({
  projectId: Id,
  url: fields.url,
  eventTypes: fields.eventTypes.default([]),
  description: fields.description.default(''),
  active: fields.active.default(true),
});
export type CreateWebhookInput = z.output<typeof CreateWebhookInput>;
/** While it is not `active` nothing is sent and nothing new is kept for it; what waited goes on when it is active again. */
export const UpdateWebhookInput = mutationInput({
  webhookId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export type UpdateWebhookInput = z.output<typeof UpdateWebhookInput>;
export const DeleteWebhookInput = mutationInput({ webhookId: Id });
/** For `graceHours` the secret that there was stays good beside the new one. */
export const graceHours = z.int().min(0).max(168).default(24);
export const RotateSecretInput = mutationInput({ webhookId: Id, graceHours });

/** What one webhook was told, or is to be told, of one event; of several attempts the last one is shown. */
export const Delivery = z.object({
  id: Id,
  webhookId: Id,
  eventId: Id,
  eventType: z.string(),
  seq: z.int(),
  ticketId: Id.nullable(),
  status: DeliveryStatus,
  attempts: count,
  /** Of the last attempt. */
  attemptedAt: Instant.nullable(),
  responseStatus: z.int().nullable(),
  durationMs: z.int().nullable(),
  error: z.string().nullable(),
  finishedAt: Instant.nullable(),
  createdAt: Instant,
});
export type Delivery = z.infer<typeof Delivery>;
export const DeliveryDetail = Delivery.extend({
  /** The bytes that are sent. */
  requestBody: z.string(),
  responseHeaders: z.record(z.string(), z.string()).nullable(),
  /** Its beginning. */
  responseBody: z.string().nullable(),
});
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

export const ListDeliveriesInput = listInput({ webhookId: Id, status: DeliveryStatus.optional(), sort: LatestFirst });
export const DeliveryPage = page(Delivery);
export const GetDeliveryInput = z.strictObject({ deliveryId: Id });
export const RedeliverInput = mutationInput({ deliveryId: Id });
