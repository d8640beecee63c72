import type { CallByPath } from '../calls.js';
import { userOf, type SessionState } from '../options.js';
import type { Readable } from '../store.js';
import type { Doing, Overlay } from './overlay.js';
import { preview } from './preview.js';

/**
 * Shows what mutations will make of listed tickets until their events have come, and takes it back when they fail. Those of
 * one ticket are sent one after the other, so that they are done in the order in which they are shown.
 */
export const showingAtOnce =
  (call: CallByPath, overlay: Overlay, session: Readable<SessionState>): CallByPath =>
  (path, kind, input, options = {}) => {
    const isShown = kind === 'mutation' && overlay.isWatched && options.optimistic !== false;
    const shown = isShown ? preview(overlay, path, input, userOf(session.get()), new Date().toISOString()) : null;
    if (!shown) return call(path, kind, input, options);
    return overlay.inTurn(shown.ticketId, async () => {
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
