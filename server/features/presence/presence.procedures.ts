import type { TRPCRouterRecord } from '@trpc/server';
import { SetPresenceInput, SetPresenceReply } from '../../../contract/presence.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { setPresence } from './setPresence.js';

export const presence = {
  set: actorProcedure
    .input(SetPresenceInput)
    .output(SetPresenceReply)
    .mutation(({ ctx, input }) => setPresence(ctx.deps, ctx.actor, input)),
} satisfies TRPCRouterRecord;
