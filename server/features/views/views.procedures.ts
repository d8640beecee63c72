import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import {
  CreateViewInput,
  DeleteViewInput,
  ListViewsInput,
  SavedView,
  UpdateViewInput,
  ViewPage,
} from '../../../contract/view.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createView } from './commands/createView.js';
import { deleteView } from './commands/deleteView.js';
import { updateView } from './commands/updateView.js';
import { listViews } from './views.queries.js';

export const views = {
  list: actorProcedure
    .input(ListViewsInput)
    .output(ViewPage)
    .query(({ ctx, input }) => listViews(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateViewInput)
    .output(SavedView)
    .mutation(({ ctx, input }) => createView(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateViewInput)
    .output(SavedView)
    .mutation(({ ctx, input }) => updateView(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteViewInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteView(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
