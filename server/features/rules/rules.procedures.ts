import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateRuleInput,
  DeleteRuleInput,
  DryRunInput,
  DryRunReply,
  ListRulesInput,
  ListRunsInput,
  RulePage,
  RuleReply,
  RunPage,
  UpdateRuleInput,
} from '../../../contract/rule.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createRule } from './commands/createRule.js';
import { deleteRule } from './commands/deleteRule.js';
import { updateRule } from './commands/updateRule.js';
import { dryRun } from './dryRun.js';
import { listRules, listRuns } from './rules.queries.js';

export const rules = {
  list: actorProcedure
    .input(ListRulesInput)
    .output(RulePage)
    .query(({ ctx, input }) => listRules(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateRuleInput)
    .output(RuleReply)
    .mutation(({ ctx, input }) => createRule(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateRuleInput)
    .output(RuleReply)
    .mutation(({ ctx, input }) => updateRule(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteRuleInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteRule(ctx.deps, ctx.actor, input)),
  dryRun: actorProcedure
    .input(DryRunInput)
    .output(DryRunReply)
    .mutation(({ ctx, input }) => dryRun(ctx.deps, ctx.actor, input)),
  runs: actorProcedure
    .input(ListRunsInput)
    .output(RunPage)
    .query(({ ctx, input }) => listRuns(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
