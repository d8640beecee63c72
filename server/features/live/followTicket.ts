import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError } from '../../db/databaseErrors.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { formatCursor } from '../../realtime/cursor.js';
import type { Follow, Following } from '../../realtime/follow.js';
import type { FollowRequest } from '../../realtime/followSource.js';
import { accessLost } from '../../realtime/followRules.js';
import type { Delivery, Sink } from '../../realtime/sink.js';
import type { Visitor } from '../../realtime/presence/presenceText.js';
import { TicketMoved } from '../../realtime/ticketMoved.js';
import type { Deps } from '../deps.js';
import { ticketToFollow, type FollowedTicket } from './live.queries.js';

const RETRY_MS = 250;

/**
 * One ticket's events, or those of its conversation alone when that is named, and, unless `isPresent` is false, who has it open; also beyond a move into another project: the numbers of the stream are then those of another project,
 * so a resync comes first. A cursor for a ticket that ever moved may be of either; it is answered so as well.
 * @throws NOT_FOUND no such ticket for this actor. Ends with FORBIDDEN when it moved to where the actor may not see it.
 */
export async function followTicket(
  deps: Deps,
  actor: Actor,
  ticketId: string,
  request: FollowRequest,
  isPresent = true,
  conversationId: string | null = null,
): Promise<Follow> {
  const visitor = isPresent ? { id: actor.userId, name: actor.name } : null;
  const place = await ticketToFollow(deps, actor, ticketId);
  const isLost = place.hasMoved && request.lastEventId !== undefined;
  return (sink) => {
    const following = new TicketFollowing(deps, actor, { ticketId, conversationId }, visitor, request, sink);
    following.goTo(place, isLost ? 'elsewhere' : 'here');
    return following;
  };
}

/** The sink of the project that the ticket is in now: passes everything on, but a move, after which it is another project's. */
class TicketFollowing implements Following, Sink {
  private inner: Following | null = null;
  private isOver = false;

  constructor(
    private readonly deps: Deps,
    private readonly actor: Actor,
    private readonly what: { readonly ticketId: string; readonly conversationId: string | null },
    private readonly visitor: Visitor | null,
    private readonly request: FollowRequest,
    private readonly sink: Sink,
  ) {}

  get isFull(): boolean {
    return this.sink.isFull;
  }
  get isBuffered(): boolean {
    return this.sink.isBuffered;
  }
  get waitingBytes(): number {
    return this.sink.waitingBytes;
  }

  /** `elsewhere`: what the reader holds is of another project. */
  goTo(place: FollowedTicket, heldIsFrom: 'here' | 'elsewhere'): void {
    if (this.isOver) return;
    if (heldIsFrom === 'elsewhere' && this.sink.isFull) return this.sink.onDrain(() => this.goTo(place, heldIsFrom));
    // Where the ticket was seen in this project: a move after it is an event that the stream tells.
    const here = formatCursor(place.epoch, place.seq, { kind: 'project', id: place.projectId });
    if (heldIsFrom === 'elsewhere') this.tellMove(here, place.seq);
    const lastEventId = heldIsFrom === 'elsewhere' ? here : (this.request.lastEventId ?? here);
    const request = { ...this.request, lastEventId };
    this.inner = this.deps.hub.followTicket(place, request, this.visitor, this.what.conversationId)(this);
    if (this.isOver) this.inner.stop();
  }

  stop(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.inner) this.inner.stop();
    else this.sink.end(null);
  }

  onDrain(resume: () => void): void {
    this.sink.onDrain(resume);
  }

  discardQueue(): void {
    this.sink.discardQueue();
  }

  write(delivery: Delivery, from: number): void {
    this.sink.write(delivery, from);
  }

  end(error: unknown): void {
    this.inner = null;
    if (error instanceof TicketMoved && !this.isOver) return void this.findAgain();
    this.isOver = true;
    this.sink.end(error);
  }

  private tellMove(cursor: string, seq: number): void {
    const item = { kind: 'resync', reason: 'TICKET_MOVED', seq };
    this.sink.write({ items: [{ seq, cursor, item }], bytes: 0, readers: 1 }, 0);
  }

  private async findAgain(): Promise<void> {
    while (!this.isOver) {
      try {
        return this.goTo(await ticketToFollow(this.deps, this.actor, this.what.ticketId), 'elsewhere');
      } catch (thrown) {
        const error = toAppError(thrown);
        const isGone = error instanceof AppError && error.code === 'NOT_FOUND';
        if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE')
          return this.end(isGone ? accessLost() : error);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
