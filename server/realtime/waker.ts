/** Lets one loop sleep until something happened, without losing what happens while it is busy. */
export class Waker {
  private woken = false;
  private resume: (() => void) | null = null;

  wake(): void {
    this.woken = true;
    this.resume?.();
    this.resume = null;
  }

  /** Resolves at the next {@link wake}, or at once if there was one since the last wait. */
  async wait(): Promise<void> {
    if (!this.woken) await new Promise<void>((resolve) => (this.resume = resolve));
    this.woken = false;
  }
}
