import type { TRPCRouterRecord } from '@trpc/server';
import {
  ListNotificationsInput,
  MarkReadInput,
  MarkReadReply,
  NotificationPage,
  NotificationPreference,
  NotificationPreferences,
  UpdatePreferenceInput,
} from '../../../contract/notification.js';
import { EmptyInput } from '../../../contract/text.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { markRead } from './commands/markRead.js';
import { updatePreference } from './commands/updatePreference.js';
import { listNotifications, preferencesOf } from './notifications.queries.js';

export const notifications = {
  list: actorProcedure
    .input(ListNotificationsInput)
    .output(NotificationPage)
    .query(({ ctx, input }) => listNotifications(ctx.deps.db, ctx.actor, input)),
  markRead: actorProcedure
    .input(MarkReadInput)
    .output(MarkReadReply)
    .mutation(({ ctx, input }) => markRead(ctx.deps, ctx.actor, input)),
  preferences: {
    get: actorProcedure
      .input(EmptyInput)
      .output(NotificationPreferences)
      .query(async ({ ctx }) => ({ items: await preferencesOf(ctx.deps.db.all, ctx.actor.userId) })),
    update: actorProcedure
      .input(UpdatePreferenceInput)
      .output(NotificationPreference)
      .mutation(({ ctx, input }) => updatePreference(ctx.deps, ctx.actor, input)),
  },
} satisfies TRPCRouterRecord;
