import type { Delivery, Outlet, SentItem, Sink } from './sink.js';

/** A sink whose reader asks for one item after the other. Nothing waits in it: it takes an item only while it is being asked. */
export class PulledItems implements Sink {
  readonly isBuffered = false;
  private asked: { resolve: (item: SentItem | null) => void; reject: (error: unknown) => void } | null = null;
  private resume: (() => void) | null = null;
  private outcome: { readonly error: unknown } | null = null;

  constructor(private readonly outlet: Outlet) {}

  get isFull(): boolean {
    return this.asked === null || this.outlet.isFull;
  }

  get waitingBytes(): number {
    return this.outlet.waitingBytes;
  }

  /** The next item; null when the stream was stopped. Rejects when it ended by itself. */
  next(): Promise<SentItem | null> {
    return new Promise((resolve, reject) => {
      this.asked = { resolve, reject };
      if (this.outcome) return this.settle(this.outcome.error);
      const { resume } = this;
      this.resume = null;
      resume?.();
    });
  }

  onDrain(resume: () => void): void {
    if (this.asked) this.outlet.onDrain(resume);
    else this.resume = resume;
  }

  discardQueue(): void {
    this.outlet.discardQueue();
  }

  write({ items: [item] }: Delivery): void {
    if (item) this.asked?.resolve(item);
    this.asked = null;
  }

  end(error: unknown): void {
    this.outcome = { error };
    this.settle(error);
  }

  private settle(error: unknown): void {
    if (error === null) this.asked?.resolve(null);
    else this.asked?.reject(error);
    this.asked = null;
  }
}
