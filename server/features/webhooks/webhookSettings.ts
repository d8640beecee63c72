import type { Post } from '../../outbound/post.js';
import type { TargetRules } from '../../outbound/target.js';

/** What webhooks work with; made by app.ts. */
export interface WebhookSettings {
  readonly post: Post;
  readonly rules: TargetRules;
  /** Deliveries that one node sends at once, of all webhooks and of one. */
  readonly atOnce: number;
  readonly atOnceOfOne: number;
  /** Whoever sends has so long; then another may. Longer than `post` takes. */
  readonly leaseMs: number;
  /** After the first failure; three times as long after each more, but no longer than `retryMaxMs`. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** Then it is given up. */
  readonly giveUpMs: number;
  /** A webhook of which nothing got through for so long is turned off. */
  readonly disableMs: number;
  /** How long the log keeps what is finished. */
  readonly keptMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const webhookTimes = {
  atOnce: 32,
  atOnceOfOne: 4,
  leaseMs: MINUTE_MS,
  retryMs: 10_000,
  retryMaxMs: 6 * HOUR_MS,
  giveUpMs: 3 * DAY_MS,
  disableMs: 5 * DAY_MS,
  keptMs: 30 * DAY_MS,
} as const;

/** Of one request, in ms and bytes. */
export const postTimes = { connectMs: 5_000, totalMs: 10_000, bodyMs: 2_000 } as const;
