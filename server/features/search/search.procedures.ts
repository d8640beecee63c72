import type { TRPCRouterRecord } from '@trpc/server';
import { SearchInput, SearchPage } from '../../../contract/search.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { find } from './search.queries.js';

export const search = {
  find: actorProcedure
    .input(SearchInput)
    .output(SearchPage)
    .query(({ ctx, input }) => find(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
