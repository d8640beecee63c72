/** Lets `perSecond` things pass on average and `burst` at once. */
export class TokenBucket {
  private level: number;
  private filledAt = performance.now();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.level = burst;
  }

  /** False when there were too many. */
  take(): boolean {
    const now = performance.now();
    this.level = Math.min(this.burst, this.level + ((now - this.filledAt) / 1_000) * this.perSecond);
    this.filledAt = now;
    if (this.level < 1) return false;
    this.level--;
    return true;
  }
}
