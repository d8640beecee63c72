import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateIncomingInput,
  DeleteIncomingInput,
  IncomingDeliveryPage,
  IncomingPage,
  IncomingWebhook,
  IncomingWebhookWithSecret,
  ListIncomingDeliveriesInput,
  ListIncomingInput,
  RotateIncomingSecretInput,
  UpdateIncomingInput,
} from '../../../contract/incomingWebhook.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createIncoming } from './commands/createIncoming.js';
import { deleteIncoming } from './commands/deleteIncoming.js';
import { rotateIncomingSecret } from './commands/rotateIncomingSecret.js';
import { updateIncoming } from './commands/updateIncoming.js';
import { listIncoming, listIncomingDeliveries } from './incoming.queries.js';

/** Stand below `webhooks`. */
export const incoming = {
  list: actorProcedure
    .input(ListIncomingInput)
    .output(IncomingPage)
    .query(({ ctx, input }) => listIncoming(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateIncomingInput)
    .output(IncomingWebhookWithSecret)
    .mutation(({ ctx, input }) => createIncoming(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateIncomingInput)
    .output(IncomingWebhook)
    .mutation(({ ctx, input }) => updateIncoming(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteIncomingInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteIncoming(ctx.deps, ctx.actor, input)),
  rotateSecret: actorProcedure
    .input(RotateIncomingSecretInput)
    .output(IncomingWebhookWithSecret)
    .mutation(({ ctx, input }) => rotateIncomingSecret(ctx.deps, ctx.actor, input)),
  deliveries: actorProcedure
    .input(ListIncomingDeliveriesInput)
    .output(IncomingDeliveryPage)
    .query(({ ctx, input }) => listIncomingDeliveries(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
