import { z } from 'zod';
import { incomingKinds, incomingOutcomes } from './enums.js';
import { limits } from './limits.js';
import {
  ExpectedVersion,
  Id,
  Instant,
  LatestFirst,
  listInput,
  mutationInput,
  OldestFirst,
  page,
  text,
} from './text.js';
import { graceHours } from './webhook.js';

export { incomingKinds, incomingOutcomes };
export type IncomingOutcome = (typeof incomingOutcomes)[number];

/** Where another system tells of what happens there: its issues become tickets of the project. */
export const IncomingWebhook = z.object({
  id: Id,
  projectId: Id,
  kind: z.enum(incomingKinds),
  name: z.string(),
  /** Where it is to be sent, on this server. */
  path: z.string(),
  active: z.boolean(),
  /** By whom it is done: somebody who cannot sign in. */
  userId: Id,
  /** When something came last. */
  receivedAt: Instant.nullable(),
  secretVersion: z.int(),
  /** Until then what is signed by the secret before is taken as well. */
  previousSecretUntil: Instant.nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type IncomingWebhook = z.infer<typeof IncomingWebhook>;
/** The secret is told this once. */
export const IncomingWebhookWithSecret = IncomingWebhook.extend({ secret: z.string() });
export type IncomingWebhookWithSecret = z.infer<typeof IncomingWebhookWithSecret>;

const fields = { name: text(limits.nameLength), active: z.boolean() };
export const ListIncomingInput = listInput({ projectId: Id, sort: OldestFirst });
export const IncomingPage = page(IncomingWebhook);
export const CreateIncomingInput = mutationInput({
  projectId: Id,
  kind: z.enum(incomingKinds).default('GITHUB'),
  name: fields.name,
  active: fields.active.default(true),
});
export type CreateIncomingInput = z.output<typeof CreateIncomingInput>;
export const UpdateIncomingInput = mutationInput({
  incomingId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export type UpdateIncomingInput = z.output<typeof UpdateIncomingInput>;
/** The tickets that came by it stay. */
export const DeleteIncomingInput = mutationInput({ incomingId: Id });
export const RotateIncomingSecretInput = mutationInput({ incomingId: Id, graceHours });

/** What came, and what was made of it. `deliveryKey`: the sender's own name for it. */
export const IncomingDelivery = z.object({
  id: Id,
  deliveryKey: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  outcome: z.enum(incomingOutcomes),
  reason: z.string().nullable(),
  ticketId: Id.nullable(),
  createdAt: Instant,
});
export type IncomingDelivery = z.infer<typeof IncomingDelivery>;
export const ListIncomingDeliveriesInput = listInput({ incomingId: Id, sort: LatestFirst });
export const IncomingDeliveryPage = page(IncomingDelivery);
