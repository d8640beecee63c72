import type { TRPCRouterRecord } from '@trpc/server';
import { ListTagsInput, TagPage } from '../../../contract/tag.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { listTags } from './tags.queries.js';

export const tags = {
  list: actorProcedure
    .input(ListTagsInput)
    .output(TagPage)
    .query(({ ctx, input }) => listTags(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
