import type { BatonError } from './errors.js';
import type { Following, Sink } from './follow.js';
import type { EndHandlers } from './live.js';
import { guarded } from './store.js';
import { Waiting } from './waiting.js';

/** For `for await`: the subscription is left while this many items wait, and taken up again when they have been read. */
const MOST_WAITING = 1_000;

/** To whom items are handed: each to `deliver`, or, without one, to a loop. */
export interface Receiver<Item> extends EndHandlers {
  readonly deliver: ((item: Item) => void) | null;
}

/** Hands what is followed to handlers or to a loop, and sees to it that it ends once. */
export class Stream<Item extends { readonly cursor: string }> implements AsyncIterable<Item> {
  #cursor: string | null;
  #over = false;
  #looped = false;
  readonly #waiting: Waiting<Item> | null;
  readonly #following: Following;
  readonly #stop = () => this.end(null);

  constructor(
    follow: (sink: Sink<Item>) => Following,
    cursor: string | undefined,
    private readonly receiver: Receiver<Item>,
    private readonly onGone: () => void,
  ) {
    this.#cursor = cursor ?? null;
    this.#waiting = receiver.deliver ? null : new Waiting(MOST_WAITING);
    this.#following = follow({
      item: (item) => this.#take(item),
      failed: (error) => this.end(error),
    });
    receiver.signal?.addEventListener('abort', this.#stop);
    if (receiver.signal?.aborted) queueMicrotask(this.#stop);
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  stop(): void {
    this.end(null);
  }

  /** Ends it from within, with the reason if there is one. */
  end(error: BatonError | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#following.stop();
    this.receiver.signal?.removeEventListener('abort', this.#stop);
    this.onGone();
    this.#waiting?.end(error);
    if (error) guarded(() => this.receiver.onError?.(error));
    guarded(() => this.receiver.onEnd?.());
  }

  [Symbol.asyncIterator](): AsyncIterator<Item, undefined> {
    const waiting = this.#waiting;
    if (!waiting || this.#looped) throw new TypeError('A stream has handlers, or is read once with for await.');
    this.#looped = true;
    return {
      next: async () => {
        const item = await waiting.shift();
        if (!item) return { done: true, value: undefined };
        this.#cursor = item.cursor;
        if (waiting.mayGoOn()) this.#following.resume();
        return { done: false, value: item };
      },
      return: async () => {
        this.stop();
        return { done: true, value: undefined };
      },
    };
  }

  #take(item: Item): void {
    if (this.#over) return;
    if (this.#waiting) {
      if (!this.#waiting.push(item)) this.#following.pause();
      return;
    }
    this.#cursor = item.cursor;
    guarded(() => this.receiver.deliver?.(item));
  }
}
