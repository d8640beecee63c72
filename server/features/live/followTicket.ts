import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectItem } from '../../../contract/live.js';
import { toAppError } from '../../db/databaseErrors.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { formatCursor } from '../../realtime/cursor.js';
import type { FollowRequest } from '../../realtime/follow.js';
import { accessLost } from '../../realtime/hub.js';
import { TicketMoved } from '../../realtime/ticketMoved.js';
import type { Deps } from '../deps.js';
import { ticketToFollow, type FollowedTicket } from './live.queries.js';

const RETRY_MS = 250;

/**
 * One ticket's events, also beyond a move into another project: the numbers of the stream are then those of another project,
 * so a resync comes first. A cursor for a ticket that ever moved may be of either; it is answered so as well.
 * @throws NOT_FOUND no such ticket for this actor; later FORBIDDEN it moved to where the actor may not see it.
 */
export async function followTicket<Out>(
  deps: Deps,
  actor: Actor,
  ticketId: string,
  request: FollowRequest<ProjectItem, Out>,
): Promise<AsyncGenerator<Out, void>> {
  return followOn(deps, actor, await ticketToFollow(deps, actor, ticketId), request);
}

async function* followOn<Out>(
  deps: Deps,
  actor: Actor,
  first: FollowedTicket,
  request: FollowRequest<ProjectItem, Out>,
): AsyncGenerator<Out, void> {
  // Without the way past the iterator: an item that ends the stream must come by here.
  const peer = {
    drained: () => request.peer.drained(),
    discardQueue: () => request.peer.discardQueue?.(),
  };
  const inner = { ...request, peer, onEnd: () => undefined };
  let place = first;
  let isLost = first.hasMoved && request.lastEventId !== undefined;
  try {
    for (;;) {
      // Where the ticket was seen in this project: a move after it is an event that the stream tells.
      const here = formatCursor(place.epoch, place.seq);
      if (isLost) yield request.wrap(here, { kind: 'resync', reason: 'TICKET_MOVED', seq: place.seq });
      const lastEventId = isLost ? here : (request.lastEventId ?? here);
      try {
        return yield* deps.hub.followTicket(place, { ...inner, lastEventId });
      } catch (error) {
        if (!(error instanceof TicketMoved)) throw error;
      }
      const next = await findAgain(deps, actor, place.id, request.signal);
      if (!next) return;
      place = next;
      isLost = true;
    }
  } finally {
    request.onEnd();
  }
}

/** Null once the signal said so. */
async function findAgain(
  deps: Deps,
  actor: Actor,
  ticketId: string,
  signal: AbortSignal,
): Promise<FollowedTicket | null> {
  while (!signal.aborted) {
    try {
      return await ticketToFollow(deps, actor, ticketId);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error instanceof AppError && error.code === 'NOT_FOUND') throw accessLost();
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw thrown;
      await sleep(RETRY_MS);
    }
  }
  return null;
}
