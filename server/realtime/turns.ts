/** Somebody whose work can be cut in pieces. */
export interface Worker {
  /** Does about `most` units of work and tells how much it was; when there is more to do, it asks for another turn. */
  work(most: number): number;
}

/** Units of work, each about one write to a socket, between two looks at what else has come in. */
const UNITS = 256;

/**
 * Gives those that have much to send turns, one after the other: whoever else waits for an answer must not wait for all
 * followers. What happens in one turn of the event loop is sent in the next.
 */
export class Turns {
  private readonly waiting = new Set<Worker>();
  private isPlanned = false;

  constructor(private readonly units = UNITS) {}

  /** Asking twice gives one turn. */
  ask(worker: Worker): void {
    this.waiting.add(worker);
    this.plan();
  }

  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    setImmediate(this.run);
  }

  private readonly run = (): void => {
    this.isPlanned = false;
    let left = this.units;
    // Who asks again while it works comes last, and again if there is time.
    for (const worker of this.waiting) {
      this.waiting.delete(worker);
      left -= Math.max(1, worker.work(left));
      if (left <= 0) break;
    }
    if (this.waiting.size > 0) this.plan();
  };
}

let turnToCome: Promise<void> | null = null;

/** Resolves in the next turn of the event loop: once for all who ask in this one. */
export const afterThisTurn = (): Promise<void> =>
  (turnToCome ??= new Promise((resolve) => {
    setImmediate(() => {
      turnToCome = null;
      resolve();
    });
  }));
