import { limits } from '../../contract/limits.js';

/** Says it again in time, and seldom enough. */
const AGAIN_MS = 2_000;
/** Whoever does not type for so long has stopped. */
const PAUSE_MS = 3_000;

type Say = (input: { ticketId: string; typing: boolean }, options: { signal: AbortSignal }) => Promise<unknown>;
export type Typing = (ticketId: string, isTyping?: boolean) => void;

/**
 * Call it at each keystroke: it tells at most every two seconds that one types, and after three without a keystroke, or with `false`, that one has stopped.
 * What cannot be told is let go, for it would be over before it came.
 */
export function createTyping(set: Say): Typing {
  const typed = new Map<string, { toldAt: number; isTold: boolean; pausing: ReturnType<typeof setTimeout> }>();
  /** One after the other, or a stop could be overtaken by what it ends. */
  let told: Promise<unknown> = Promise.resolve();
  const tell = (ticketId: string, typing: boolean) => {
    told = told
      .then(() => set({ ticketId, typing }, { signal: AbortSignal.timeout(limits.typingMs) }))
      .catch(() => undefined);
  };
  const stop = (ticketId: string) => {
    const place = typed.get(ticketId);
    if (!place) return;
    clearTimeout(place.pausing);
    if (place.isTold) tell(ticketId, false);
    place.isTold = false;
    // When it was last told is remembered, so that stopping and starting over tells no more often.
    if (Date.now() - place.toldAt >= AGAIN_MS) typed.delete(ticketId);
  };
  return (ticketId, isTyping = true) => {
    if (!isTyping) return stop(ticketId);
    const before = typed.get(ticketId);
    clearTimeout(before?.pausing);
    const isDue = before === undefined || Date.now() - before.toldAt >= AGAIN_MS;
    if (isDue) tell(ticketId, true);
    typed.set(ticketId, {
      toldAt: isDue ? Date.now() : before.toldAt,
      isTold: isDue || before.isTold,
      pausing: setTimeout(() => stop(ticketId), PAUSE_MS),
    });
  };
}
