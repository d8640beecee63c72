/** Items between a sender that must not be kept waiting and a reader that takes its time. Bounded by its two users. */
export class Waiting<Item> {
  #items: Item[] = [];
  #state: 'flowing' | 'full' | 'over' = 'flowing';
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(private readonly most: number) {}

  /** False when the sender should stop for now. */
  push(item: Item): boolean {
    this.#items.push(item);
    if (this.#items.length >= this.most) this.#state = 'full';
    this.#wake?.();
    return this.#state === 'flowing';
  }

  /** The next item; null when there will be none. After `end` with an error it rejects once, behind the last item. */
  async shift(): Promise<Item | null> {
    while (this.#items.length === 0 && this.#state !== 'over') {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const item = this.#items.shift();
    if (item !== undefined) return item;
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure;
    return null;
  }

  /** True once after a stop, when everything has been read. */
  mayGoOn(): boolean {
    if (this.#state !== 'full' || this.#items.length > 0) return false;
    this.#state = 'flowing';
    return true;
  }

  /** Without an error, what still waits is dropped. */
  end(error: Error | null): void {
    this.#state = 'over';
    this.#failure = error;
    if (!error) this.#items = [];
    this.#wake?.();
  }
}
