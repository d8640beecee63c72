import type { TRPCRouterRecord } from '@trpc/server';
import {
  CsvReport,
  DeveloperExport,
  ExportDevelopersInput,
  RefreshWorkloadsInput,
  SyncDevelopersInput,
  WorkloadsReply,
} from '../../../contract/csvSync.js';
import {
  Developer,
  DeveloperPage,
  GetDeveloperInput,
  ListDevelopersInput,
  UpdateDeveloperInput,
} from '../../../contract/developer.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { refreshWorkloads } from './commands/refreshWorkloads.js';
import { syncDevelopers, syncSentDevelopers } from './commands/syncDevelopers.js';
import { updateDeveloper } from './commands/updateDeveloper.js';
import { exportDevelopers } from './developerExport.queries.js';
import { getDeveloper, listDevelopers } from './developers.queries.js';

export const developers = {
  list: actorProcedure
    .input(ListDevelopersInput)
    .output(DeveloperPage)
    .query(({ ctx, input }) => listDevelopers(ctx.deps, ctx.actor, input)),
  get: actorProcedure
    .input(GetDeveloperInput)
    .output(Developer)
    .query(({ ctx, input }) => getDeveloper(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateDeveloperInput)
    .output(Developer)
    .mutation(({ ctx, input }) => updateDeveloper(ctx.deps, ctx.actor, input)),
  sync: actorProcedure
    .input(SyncDevelopersInput)
    .output(CsvReport)
    .mutation(({ ctx: { deps, actor, table }, input }) =>
      table ? syncSentDevelopers(deps, actor, input, table) : syncDevelopers(deps, actor, input),
    ),
  export: actorProcedure
    .input(ExportDevelopersInput)
    .output(DeveloperExport)
    .query(({ ctx, input }) => exportDevelopers(ctx.deps, ctx.actor, input)),
  refreshWorkloads: actorProcedure
    .input(RefreshWorkloadsInput)
    .output(WorkloadsReply)
    .mutation(({ ctx, input }) => refreshWorkloads(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
