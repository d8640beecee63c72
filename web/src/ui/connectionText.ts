import type { ConnectionState } from '../sdk.js';
import { formatClock } from './dates.js';

/** A cut that heals within this time is nobody's business. */
export const PATIENCE_MS = 3_000;

/** What to tell about a connection that is not there; null when there is nothing to tell. `waiting`: one's own changes not sent yet. */
export function connectionText({ state, since }: ConnectionState, now: number, waiting = 0): string | null {
  const isCut = state === 'offline' || (state === 'connecting' && now - since >= PATIENCE_MS);
  if (!isCut) return null;
  const unsent = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'} to be sent.`;
  return `No connection to the server since ${formatClock(since)}. What you see may be out of date; it comes back by itself.${unsent}`;
}
