/** Runs at the end of this turn, and then no more often than every `everyMs`; what is asked for meanwhile is one more run. */
export class Throttle {
  ranAt = -Infinity;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly everyMs: number,
    private readonly work: () => void,
  ) {}

  get isWaiting(): boolean {
    return this.timer !== null;
  }

  run(): void {
    if (this.timer) return;
    const wait = Math.max(0, this.ranAt + this.everyMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.ranAt = performance.now();
      this.work();
    }, wait).unref();
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
