import type { Mailer } from '../../mail/mailer.js';

/** What e-mail works with; made by app.ts. */
export interface MailSettings {
  readonly mailer: Mailer;
  /** Where people reach this installation; without a slash at its end. */
  readonly publicUrl: string;
  /** Somebody is written to once nothing more has come for them for so long, */
  readonly quietMs: number;
  /** and so long after the first at the latest. */
  readonly gatherMs: number;
  /** Whoever sends a mail has so long for it; then another may. Longer than any mailer takes. */
  readonly leaseMs: number;
  /** After the first failure; twice as long after each more, but no longer than `retryMaxMs`. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** What is older is no news, and is not sent any more. */
  readonly newsMs: number;
}

const MINUTE_MS = 60_000;
export const mailTimes = {
  quietMs: 2 * MINUTE_MS,
  gatherMs: 10 * MINUTE_MS,
  leaseMs: 5 * MINUTE_MS,
  retryMs: MINUTE_MS,
  retryMaxMs: 60 * MINUTE_MS,
  newsMs: 3 * 24 * 60 * MINUTE_MS,
} as const;
