import { tracked, type TrackedEnvelope } from '@trpc/server';
import type { Follow, Following } from '../realtime/follow.js';
import { PulledItems } from '../realtime/pulledItems.js';
import type { Outlet, Sink } from '../realtime/sink.js';

/**
 * What a live procedure answers with: a stream that begins when it is read, once. A socket gives it a sink; whoever has none
 * (Server-Sent Events, a caller in this process) iterates.
 */
export class LiveSubscription<Item extends object> implements AsyncIterable<TrackedEnvelope<Item>, void> {
  private following: Following | null = null;

  constructor(
    private readonly follow: Follow,
    private readonly outlet: Outlet,
    signal: AbortSignal,
    private readonly onEnd: () => void,
  ) {
    // Also a stream that is never begun has an end.
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', () => this.end(), { once: true });
  }

  begin(sink: Sink): void {
    this.following = this.follow(sink);
  }

  /** Ends it for good; repeating it does nothing. */
  end(): void {
    this.following?.stop();
    this.onEnd();
  }

  // Every item is tracked: an untracked one would erase the cursor that the stock client holds.
  async *[Symbol.asyncIterator](): AsyncGenerator<TrackedEnvelope<Item>, void> {
    const items = new PulledItems(this.outlet);
    this.begin(items);
    try {
      for (;;) {
        const next = await items.next();
        if (!next) return;
        yield tracked(next.cursor, next.item as Item);
      }
    } finally {
      this.end();
    }
  }
}
