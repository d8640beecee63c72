import { closeCodes } from '../../contract/errors.js';
import { backoffMs, type Backoff } from './backoff.js';

const SHORT_LIFE_MS = 1_000;

/**
 * How long to wait before a socket is opened again: a moment for the first attempt after one that did its work was lost, not the
 * same for all, since whatever cut it may have cut thousands; then with backoff. A server that accepts sockets and closes them
 * at once is met with growing waits too.
 */
export class Reopening {
  #openedAt = 0;
  #fruitful = false;
  #fruitless = 0;
  #hurried = false;

  constructor(private readonly backoff: Backoff) {}

  opened(): void {
    this.#openedAt = Date.now();
    this.#fruitful = false;
  }

  /** The socket delivered something. */
  served(): void {
    this.#fruitful = true;
  }

  closed(code: number): void {
    this.#fruitless = this.#fruitful ? 0 : this.#fruitless + 1;
    const shortLived = Date.now() - this.#openedAt < SHORT_LIFE_MS && code !== closeCodes.goingAway.code;
    this.#hurried = shortLived || code === closeCodes.tooSlow.code || code === closeCodes.tooMany.code;
  }

  delayMs(attempt: number): number {
    const retry = Math.max(attempt + Math.max(0, this.#fruitless - 1), this.#hurried ? 1 : 0);
    return retry === 0 ? (Math.random() * this.backoff.baseMs) / 2 : backoffMs(retry - 1, this.backoff);
  }
}
