import type { PresenceItem } from '../../../contract/presence.js';
import type { AccessFacts } from '../../features/auth/accessFacts.js';
import type { Notices } from '../notices.js';
import type { Place, Presence, Visit } from './presence.js';
import type { Visitor } from './presenceText.js';

/** A follower's presence: it is at the place while it follows, and is told who else is, if it may know. */
export function presenceNotices(
  presence: Presence,
  place: Place,
  visitor: Visitor,
  mayKnow: (facts: AccessFacts) => boolean,
): Notices<PresenceItem> {
  let visit: Visit | null = null;
  let told: PresenceItem | null = null;
  return {
    open(wake) {
      visit = presence.enter(place, visitor, wake);
      return () => visit?.leave();
    },
    take(facts) {
      const item = visit?.item ?? null;
      if (item === told || !mayKnow(facts)) return null;
      told = item;
      return item;
    },
  };
}
