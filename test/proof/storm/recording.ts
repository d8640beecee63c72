import type { HistoryWriter } from '../history/historyFiles.js';
import { digestInOrder } from '../history/digest.js';
import type { Subscription } from '../history/lines.js';
import { INTERNAL_WORD, SECRET_WORD } from './verbs.js';

/** An item as any client hands it over. */
export interface Item {
  readonly kind: string;
  readonly seq?: number;
  readonly id?: string;
  readonly payload?: unknown;
  readonly reason?: string;
}

/** Keeps what one subscriber was handed. */
export class Recording {
  events = 0;
  /** The last event. */
  reached: number;
  isReady = false;
  hasEnded = false;

  constructor(
    readonly subscription: Subscription,
    private readonly history: HistoryWriter,
  ) {
    this.reached = subscription.from;
  }

  item({ kind, seq = 0, id = '', payload, reason }: Item): void {
    const { sub } = this.subscription;
    const at = performance.now();
    if (kind === 'event') {
      this.events++;
      this.reached = seq;
      const text = JSON.stringify(payload);
      const secrets = [SECRET_WORD, INTERNAL_WORD].filter((word) => text.includes(word));
      const told = { seq, id, digest: digestInOrder(payload), ...(secrets.length > 0 && { secrets }) };
      this.history.write('deliveries', { sub, at, is: 'event', ...told });
    } else if (kind === 'ready') {
      this.isReady = true;
      this.reached = Math.max(this.reached, seq);
      this.history.write('deliveries', { sub, at, is: 'ready', seq });
    } else if (kind === 'resync')
      this.history.write('deliveries', { sub, at, is: 'resync', seq, reason: reason ?? '' });
  }

  opened(): void {
    this.history.write('deliveries', {
      sub: this.subscription.sub,
      at: performance.now(),
      is: 'opened',
      seq: this.reached,
    });
  }

  /** The stream cannot go on. */
  failed(reason: string): void {
    this.hasEnded = true;
    const { sub } = this.subscription;
    this.history.write('deliveries', { sub, at: performance.now(), is: 'error', seq: this.reached, reason });
  }
}
