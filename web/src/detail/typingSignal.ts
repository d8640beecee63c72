/** It counts for five seconds on the server: said again sooner while somebody goes on typing. */
const AGAIN_MS = 2_000;

/** Says that somebody types, at most every two seconds however fast they do, and once that they stopped. */
export class TypingSignal {
  #saidAt: number | null = null;

  constructor(
    private readonly say: (typing: boolean) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** To be called with the text at each change of it. */
  changed(text: string): void {
    if (text === '') return this.stop();
    const now = this.now();
    if (this.#saidAt !== null && now - this.#saidAt < AGAIN_MS) return;
    this.#saidAt = now;
    this.say(true);
  }

  stop(): void {
    if (this.#saidAt === null) return;
    this.#saidAt = null;
    this.say(false);
  }
}
