import { tracked, type TRPCRouterRecord } from '@trpc/server';
import { LiveMeInput, LiveProjectInput, LiveTicketInput } from '../../../contract/live.js';
import type { Actor } from '../../kernel/actor.js';
import type { Connection } from '../../rpc/context.js';
import { patiently } from '../../rpc/patience.js';
import type { FollowRequest } from '../../realtime/follow.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { projectToFollow, ticketToFollow } from './live.queries.js';

type Wrap = typeof tracked;
interface Call {
  readonly ctx: { readonly actor: Actor; readonly connection: Connection };
  readonly signal: AbortSignal | undefined;
  readonly input: { readonly lastEventId?: string | undefined } | undefined;
}
type Request = Omit<FollowRequest<never, never>, 'wrap'> & { readonly wrap: Wrap };

/** Takes one of the socket's subscriptions until the stream ends. */
async function opened<Stream>(
  { ctx, signal, input }: Call,
  begin: (request: Request) => Promise<Stream>,
): Promise<Stream> {
  const { actor, connection } = ctx;
  const ended = signal ?? new AbortController().signal;
  const onEnd = connection.openSubscription();
  // A stream that is never begun does not tell its end, but its signal is aborted.
  ended.addEventListener('abort', onEnd, { once: true });
  const request = {
    viewer: actor,
    lastEventId: input?.lastEventId,
    peer: connection,
    signal: ended,
    wrap: tracked,
    onEnd,
  };
  try {
    return await patiently(connection, signal, () => begin(request));
  } catch (error) {
    onEnd();
    throw error;
  }
}

// Every item is tracked: an untracked one would erase the cursor that the stock client holds.
export const live = {
  project: actorProcedure.input(LiveProjectInput).subscription(({ ctx, input, signal }) =>
    opened({ ctx, input, signal }, async (request) => {
      const projectId = await projectToFollow(ctx.deps, ctx.actor, input.projectId);
      return ctx.deps.hub.followProject(projectId, request);
    }),
  ),
  ticket: actorProcedure.input(LiveTicketInput).subscription(({ ctx, input, signal }) =>
    opened({ ctx, input, signal }, async (request) => {
      const ticket = await ticketToFollow(ctx.deps, ctx.actor, input.ticketId);
      return ctx.deps.hub.followTicket(ticket, request);
    }),
  ),
  me: actorProcedure
    .input(LiveMeInput)
    .subscription(({ ctx, input, signal }) =>
      opened({ ctx, input, signal }, async (request) => ctx.deps.hub.followFeed(request)),
    ),
} satisfies TRPCRouterRecord;
