import { tracked, type TrackedEnvelope, type TRPCRouterRecord } from '@trpc/server';
import {
  LiveMeInput,
  LiveProjectInput,
  LiveTicketInput,
  type FeedItem,
  type ProjectItem,
  type TicketItem,
} from '../../../contract/live.js';
import type { Actor } from '../../kernel/actor.js';
import type { Connection } from '../../rpc/context.js';
import { patiently } from '../../rpc/patience.js';
import type { FollowRequest } from '../../realtime/follow.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { projectToFollow, ticketToFollow } from './live.queries.js';

interface Call {
  readonly ctx: { readonly actor: Actor; readonly connection: Connection };
  readonly signal: AbortSignal | undefined;
  readonly input: { readonly lastEventId?: string | undefined } | undefined;
}
type Stream<Item> = AsyncGenerator<TrackedEnvelope<Item>, void>;

/** Takes one of the connection's subscriptions until the stream ends. */
async function opened<Item extends object>(
  { ctx: { actor, connection }, signal, input }: Call,
  begin: (request: FollowRequest<Item, TrackedEnvelope<Item>>) => Promise<Stream<Item>>,
): Promise<Stream<Item>> {
  const ended = signal ?? new AbortController().signal;
  const onEnd = connection.openSubscription();
  // A stream that is never begun does not tell its end, but its signal is aborted.
  ended.addEventListener('abort', onEnd, { once: true });
  const lastEventId = input?.lastEventId;
  const wrap = (cursor: string, item: Item) => tracked(cursor, item);
  try {
    return await patiently(connection, signal, () =>
      begin({ viewer: actor, lastEventId, peer: connection, signal: ended, wrap, onEnd }),
    );
  } catch (error) {
    onEnd();
    throw error;
  }
}

// Every item is tracked: an untracked one would erase the cursor that the stock client holds.
export const live = {
  project: actorProcedure.input(LiveProjectInput).subscription(({ ctx, input, signal }) =>
    opened<ProjectItem>({ ctx, input, signal }, async (request) => {
      const projectId = await projectToFollow(ctx.deps, ctx.actor, input.projectId);
      return ctx.deps.hub.followProject(projectId, request);
    }),
  ),
  ticket: actorProcedure.input(LiveTicketInput).subscription(({ ctx, input, signal }) =>
    opened<TicketItem>({ ctx, input, signal }, async (request) => {
      const ticket = await ticketToFollow(ctx.deps, ctx.actor, input.ticketId);
      const visitor = input.presence ? { id: ctx.actor.userId, name: ctx.actor.name } : null;
      return ctx.deps.hub.followTicket(ticket, request, visitor);
    }),
  ),
  me: actorProcedure
    .input(LiveMeInput)
    .subscription(({ ctx, input, signal }) =>
      opened<FeedItem>({ ctx, input, signal }, async (request) => ctx.deps.hub.followFeed(request)),
    ),
} satisfies TRPCRouterRecord;
