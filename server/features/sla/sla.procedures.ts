import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateSlaPolicyInput,
  DeleteSlaPolicyInput,
  ListSlaPoliciesInput,
  SlaPolicy,
  SlaPolicyPage,
  UpdateSlaPolicyInput,
} from '../../../contract/sla.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createSlaPolicy } from './commands/createSlaPolicy.js';
import { deleteSlaPolicy } from './commands/deleteSlaPolicy.js';
import { updateSlaPolicy } from './commands/updateSlaPolicy.js';
import { listSlaPolicies } from './sla.queries.js';

export const sla = {
  list: actorProcedure
    .input(ListSlaPoliciesInput)
    .output(SlaPolicyPage)
    .query(({ ctx, input }) => listSlaPolicies(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateSlaPolicyInput)
    .output(SlaPolicy)
    .mutation(({ ctx, input }) => createSlaPolicy(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateSlaPolicyInput)
    .output(SlaPolicy)
    .mutation(({ ctx, input }) => updateSlaPolicy(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteSlaPolicyInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteSlaPolicy(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
