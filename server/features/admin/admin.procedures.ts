import type { TRPCRouterRecord } from '@trpc/server';
import {
  ListStatementsInput,
  ListSubscriptionsInput,
  NodeHealth,
  StatementList,
  SubscriptionList,
} from '../../../contract/admin.js';
import { AuditInput, AuditPage } from '../../../contract/audit.js';
import { EmptyInput } from '../../../contract/text.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { listAudit } from './audit.queries.js';
import { listStatements, listSubscriptions, nodeHealth } from './admin.queries.js';

export const admin = {
  health: actorProcedure
    .input(EmptyInput)
    .output(NodeHealth)
    .query(({ ctx }) => nodeHealth(ctx.deps, ctx.actor)),
  subscriptions: actorProcedure
    .input(ListSubscriptionsInput)
    .output(SubscriptionList)
    .query(({ ctx, input }) => listSubscriptions(ctx.deps, ctx.actor, input)),
  statements: actorProcedure
    .input(ListStatementsInput)
    .output(StatementList)
    .query(({ ctx, input }) => listStatements(ctx.deps, ctx.actor, input.limit)),
  audit: actorProcedure
    .input(AuditInput)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
