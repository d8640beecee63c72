import type { TRPCRouterRecord } from '@trpc/server';
import { ListSubscriptionsInput, NodeHealth, SubscriptionList } from '../../../contract/admin.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { listSubscriptions, nodeHealth } from './admin.queries.js';

export const admin = {
  health: actorProcedure.output(NodeHealth).query(({ ctx }) => nodeHealth(ctx.deps, ctx.actor)),
  subscriptions: actorProcedure
    .input(ListSubscriptionsInput)
    .output(SubscriptionList)
    .query(({ ctx, input }) => listSubscriptions(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
