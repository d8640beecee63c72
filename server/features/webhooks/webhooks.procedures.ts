import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateWebhookInput,
  DeleteWebhookInput,
  Delivery,
  DeliveryDetail,
  DeliveryPage,
  GetDeliveryInput,
  ListDeliveriesInput,
  ListWebhooksInput,
  RedeliverInput,
  RotateSecretInput,
  UpdateWebhookInput,
  Webhook,
  WebhookPage,
  WebhookWithSecret,
} from '../../../contract/webhook.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createWebhook } from './commands/createWebhook.js';
import { deleteWebhook } from './commands/deleteWebhook.js';
import { redeliver } from './commands/redeliver.js';
import { rotateSecret } from './commands/rotateSecret.js';
import { updateWebhook } from './commands/updateWebhook.js';
import { getDelivery, listDeliveries, listWebhooks } from './webhooks.queries.js';

export const webhooks = {
  list: actorProcedure
    .input(ListWebhooksInput)
    .output(WebhookPage)
    .query(({ ctx, input }) => listWebhooks(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateWebhookInput)
    .output(WebhookWithSecret)
    .mutation(({ ctx, input }) => createWebhook(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateWebhookInput)
    .output(Webhook)
    .mutation(({ ctx, input }) => updateWebhook(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteWebhookInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteWebhook(ctx.deps, ctx.actor, input)),
  rotateSecret: actorProcedure
    .input(RotateSecretInput)
    .output(WebhookWithSecret)
    .mutation(({ ctx, input }) => rotateSecret(ctx.deps, ctx.actor, input)),
  deliveries: actorProcedure
    .input(ListDeliveriesInput)
    .output(DeliveryPage)
    .query(({ ctx, input }) => listDeliveries(ctx.deps.db, ctx.actor, input)),
  delivery: actorProcedure
    .input(GetDeliveryInput)
    .output(DeliveryDetail)
    .query(({ ctx, input }) => getDelivery(ctx.deps.db, ctx.actor, input)),
  redeliver: actorProcedure
    .input(RedeliverInput)
    .output(Delivery)
    .mutation(({ ctx, input }) => redeliver(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
