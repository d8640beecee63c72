import type { CallByPath } from '../calls.js';
import type { TicketsQuery } from '../live.js';
import type { SessionState } from '../options.js';
import type { Readable } from '../store.js';
import { guessOf } from './guesses.js';
import type { Doing, Overlay } from './overlay.js';
import { SharedTicketList, type ListSource, type TicketList } from './ticketList.js';

/** The lists of a client: the same question is the same list. */
export function createTicketLists(source: ListSource): (query?: TicketsQuery) => TicketList {
  const known = new Map<string, WeakRef<SharedTicketList>>();
  const gone = new FinalizationRegistry<string>((key) => {
    if (known.get(key)?.deref() === undefined) known.delete(key);
  });
  /** While they are followed. The rest is here as long as somebody holds it. */
  const followed = new Set<SharedTicketList>();
  return (query = {}) => {
    const key = keyOf(query);
    const there = known.get(key)?.deref();
    if (there) return there;
    const made: SharedTicketList = new SharedTicketList(query, source, (isFollowed) => {
      if (isFollowed) followed.add(made);
      else followed.delete(made);
    });
    known.set(key, new WeakRef(made));
    gone.register(made, key);
    return made;
  };
}

/** Equal for queries that ask the same, in whatever order they say it. */
const keyOf = (query: TicketsQuery): string =>
  JSON.stringify(query, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

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
