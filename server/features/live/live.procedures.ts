import type { TrackedEnvelope, TRPCRouterRecord } from '@trpc/server';
import {
  LiveConversationInput,
  LiveMeInput,
  LiveProjectInput,
  LiveTicketInput,
  type ConversationItem,
  type FeedItem,
  type ProjectItem,
  type TicketItem,
} from '../../../contract/live.js';
import { LiveTicketsInput, type TicketsItem } from '../../../contract/liveTickets.js';
import type { Actor } from '../../kernel/actor.js';
import type { Connection } from '../../rpc/context.js';
import { LiveSubscription } from '../../rpc/liveSubscription.js';
import { patiently } from '../../rpc/patience.js';
import type { Follow } from '../../realtime/follow.js';
import type { FollowRequest } from '../../realtime/followSource.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { followConversation } from './followConversation.js';
import { followTicket } from './followTicket.js';
import { projectToFollow, queryToFollow } from './live.queries.js';

interface Call {
  readonly ctx: { readonly actor: Actor; readonly connection: Connection };
  readonly signal: AbortSignal | undefined;
  readonly input: { readonly lastEventId?: string | undefined } | undefined;
}
type Stream<Item> = AsyncIterable<TrackedEnvelope<Item>, void>;

/** Takes one of the connection's subscriptions until the stream ends. */
async function opened<Item extends object>(
  { ctx: { actor, connection }, signal, input }: Call,
  find: (request: FollowRequest) => Promise<Follow>,
): Promise<Stream<Item>> {
  const onEnd = connection.openSubscription();
  const request = { viewer: actor, lastEventId: input?.lastEventId };
  try {
    const follow = await patiently(connection, signal, () => find(request));
    return new LiveSubscription<Item>(follow, connection, signal ?? new AbortController().signal, onEnd);
  } catch (error) {
    onEnd();
    throw error;
  }
}

export const live = {
  project: actorProcedure.input(LiveProjectInput).subscription(({ ctx, input, signal }) =>
    opened<ProjectItem>({ ctx, input, signal }, async (request) => {
      const projectId = await projectToFollow(ctx.deps, ctx.actor, input.projectId);
      return ctx.deps.hub.followProject(projectId, request);
    }),
  ),
  ticket: actorProcedure
    .input(LiveTicketInput)
    .subscription(({ ctx, input, signal }) =>
      opened<TicketItem>({ ctx, input, signal }, (request) =>
        followTicket(ctx.deps, ctx.actor, input.ticketId, request, input.presence),
      ),
    ),
  tickets: actorProcedure.input(LiveTicketsInput).subscription(({ ctx, input, signal }) =>
    opened<TicketsItem>({ ctx, input, signal }, async (request) => {
      const query = await queryToFollow(ctx.deps, ctx.actor, input);
      return ctx.deps.hub.followTickets(query, request);
    }),
  ),
  conversation: actorProcedure
    .input(LiveConversationInput)
    .subscription(({ ctx, input, signal }) =>
      opened<ConversationItem>({ ctx, input, signal }, (request) =>
        followConversation(ctx.deps, ctx.actor, input.conversationId, request, input.presence),
      ),
    ),
  me: actorProcedure
    .input(LiveMeInput)
    .subscription(({ ctx, input, signal }) =>
      opened<FeedItem>({ ctx, input, signal }, async (request) => ctx.deps.hub.followFeed(request)),
    ),
} satisfies TRPCRouterRecord;
