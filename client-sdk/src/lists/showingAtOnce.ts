import type { CallByPath } from '../calls.js';
import type { SessionState } from '../options.js';
import type { Readable } from '../store.js';
import { guessOf } from './guesses.js';
import type { Doing, Overlay } from './overlay.js';

/**
 * Shows what mutations will make of listed tickets until their events have come, and takes it back when they fail. Those of
 * one ticket are sent one after the other, so that they are done in the order in which they are shown.
 */
export const showingAtOnce =
  (call: CallByPath, overlay: Overlay, session: Readable<SessionState>): CallByPath =>
  (path, kind, input, options = {}) => {
    const guess =
      kind === 'mutation' && overlay.isWatched && options.optimistic !== false
        ? guessOf(path, input, me(session))
        : null;
    if (!guess) return call(path, kind, input, options);
    const shown = overlay.show(guess);
    return overlay.inTurn(guess.ticketId, async () => {
      try {
        const reply = await call(path, kind, input, options);
        shown.done(reply as Doing);
        return reply;
      } catch (error) {
        shown.undone();
        throw error;
      }
    });
  };

const me = (session: Readable<SessionState>) => {
  const state = session.get();
  return state.state === 'signedIn' ? state.user : null;
};
