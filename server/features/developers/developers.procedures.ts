import type { TRPCRouterRecord } from '@trpc/server';
import {
  Developer,
  DeveloperPage,
  GetDeveloperInput,
  ListDevelopersInput,
  UpdateDeveloperInput,
} from '../../../contract/developer.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { updateDeveloper } from './commands/updateDeveloper.js';
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
} satisfies TRPCRouterRecord;
