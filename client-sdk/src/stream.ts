import type { BatonError } from './errors.js';
import type { Following, Sink } from './follow.js';
import type { LiveHandlers, LiveItem, LiveStream, Told } from './live.js';
import { guarded } from './store.js';
import { Waiting } from './waiting.js';

/** For `for await`: the subscription is left while this many items wait, and taken up again when they have been read. */
const MOST_WAITING = 1_000;

/** Hands what is followed to handlers or to a loop, and sees to it that it ends once. */
export class Stream<Event extends Told> implements LiveStream<Event> {
  #cursor: string | null;
  #over = false;
  #looped = false;
  readonly #waiting: Waiting<LiveItem<Event>> | null;
  readonly #following: Following;
  readonly #stop = () => this.end(null);

  constructor(
    follow: (sink: Sink) => Following,
    cursor: string | undefined,
    private readonly handlers: LiveHandlers<Event> | undefined,
    private readonly onGone: () => void,
  ) {
    this.#cursor = cursor ?? null;
    this.#waiting = handlers ? null : new Waiting(MOST_WAITING);
    this.#following = follow({
      item: (item) => this.#take(item as LiveItem<Event>),
      failed: (error) => this.end(error),
    });
    handlers?.signal?.addEventListener('abort', this.#stop);
    if (handlers?.signal?.aborted) queueMicrotask(this.#stop);
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
    this.handlers?.signal?.removeEventListener('abort', this.#stop);
    this.onGone();
    this.#waiting?.end(error);
    if (error) guarded(() => this.handlers?.onError?.(error));
    guarded(() => this.handlers?.onEnd?.());
  }

  [Symbol.asyncIterator](): AsyncIterator<LiveItem<Event>, undefined> {
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

  #take(item: LiveItem<Event>): void {
    if (this.#over) return;
    if (this.#waiting) {
      if (!this.#waiting.push(item)) this.#following.pause();
      return;
    }
    this.#cursor = item.cursor;
    guarded(() => {
      if (item.kind === 'resync') this.handlers?.onResync?.(item);
      else if (item.kind === 'ready') this.handlers?.onReady?.(item);
      else if (item.kind === 'presence') this.handlers?.onPresence?.(item);
      else this.handlers?.onEvent?.(item);
    });
  }
}
