import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';
import {
  audienceIn,
  isStaffOf,
  mayEnter,
  maySeeChannel,
  maySeeTicket,
  viewOfFeedEvent,
  viewOfProjectEvent,
  type Channel,
} from './audience.js';
import type { FeedEntry, LogEntry, ProjectEntry } from './eventLog.js';
import type { FollowSource } from './followSource.js';
import type { Notices } from './notices.js';
import type { Place, Presence } from './presence/presence.js';
import { presenceNotices } from './presence/presenceNotices.js';
import type { Visitor } from './presence/presenceText.js';
import type { RunningFollow } from './running.js';
import type { StreamRef } from './streamRef.js';
import { TicketMoved } from './ticketMoved.js';

export const accessLost = () =>
  new AppError('FORBIDDEN', 'You no longer have access to this.', { reason: 'ACCESS_LOST' });

export function demandAccess(isAllowed: boolean): void {
  if (!isAllowed) throw accessLost();
}

/** What one kind of subscription is: out of which stream, and what of it, to whom. */
export interface FollowRules extends Pick<FollowSource<LogEntry>, 'demand' | 'view' | 'audience'> {
  readonly stream: StreamRef;
  readonly what: Pick<RunningFollow, 'kind' | 'id'>;
  /** Makes the follower be present, and know who else is. */
  readonly present?: (presence: Presence) => Notices<object>;
}

export interface TicketToFollow {
  readonly id: string;
  readonly projectId: string;
  readonly reporterId: string;
}

/** All events of a project that the viewer may see. */
export const projectRules = (projectId: string): FollowRules => ({
  stream: { kind: 'project', id: projectId },
  what: { kind: 'project', id: projectId },
  demand: (facts) => demandAccess(mayEnter(facts, projectId)),
  view: (entry, facts) => viewOfProjectEvent(entry as ProjectEntry, facts),
  audience: (facts) => audienceIn(facts, projectId),
});

/**
 * The events of one ticket, or of its conversation alone when that is named, out of its project's stream. Ends with TicketMoved
 * when the ticket leaves it.
 */
export function ticketRules(
  ticket: TicketToFollow,
  visitor: Visitor | null,
  conversationId: string | null,
): FollowRules {
  const place: Place = conversationId === null ? `ticket:${ticket.id}` : `conversation:${conversationId}`;
  return {
    stream: { kind: 'project', id: ticket.projectId },
    what: conversationId === null ? { kind: 'ticket', id: ticket.id } : { kind: 'conversation', id: conversationId },
    // Customers are seen, and see nobody.
    ...presentAt(place, visitor, (facts) => isStaffOf(facts, ticket.projectId)),
    demand: (facts) => demandAccess(maySeeTicket(facts, ticket)),
    view: (entry, facts) => {
      if (entry.event.ticketId !== ticket.id) return null;
      const event = viewOfProjectEvent(entry as ProjectEntry, facts);
      if (event?.type === 'ticket.moved') throw new TicketMoved();
      return conversationId === null || entry.conversationId === conversationId ? event : null;
    },
    audience: (facts) => `${place} ${audienceIn(facts, ticket.projectId)}`,
  };
}

/** What is said in a channel, out of its project's stream. */
export function channelRules(channel: Channel, visitor: Visitor | null): FollowRules {
  const { id, projectId } = channel;
  return {
    stream: { kind: 'project', id: projectId },
    what: { kind: 'conversation', id },
    ...presentAt(`conversation:${id}`, visitor, (facts) => maySeeChannel(facts, channel)),
    demand: (facts) => demandAccess(maySeeChannel(facts, channel)),
    view: (entry, facts) => (entry.conversationId === id ? viewOfProjectEvent(entry as ProjectEntry, facts) : null),
    audience: (facts) => `conversation:${id} ${audienceIn(facts, projectId)}`,
  };
}

/** The viewer's own feed. */
export const feedRules = (userId: string): FollowRules => ({
  stream: { kind: 'user', id: userId },
  what: { kind: 'feed', id: userId },
  demand: () => undefined,
  view: (entry, facts) => viewOfFeedEvent(entry as FeedEntry, facts),
  audience: (facts) => facts.userId,
});

/** What is said in a DIRECT conversation that the viewer is in for good, out of their own feed. */
export const directRules = (id: string, userId: string, visitor: Visitor | null): FollowRules => ({
  ...feedRules(userId),
  what: { kind: 'conversation', id },
  ...presentAt(`conversation:${id}`, visitor, () => true),
  view: (entry, facts) => (entry.conversationId === id ? viewOfFeedEvent(entry as FeedEntry, facts) : null),
  audience: (facts) => `conversation:${id} ${facts.userId}`,
});

const presentAt = (
  place: Place,
  visitor: Visitor | null,
  mayKnow: (facts: AccessFacts) => boolean,
): Pick<FollowRules, 'present'> =>
  visitor ? { present: (presence) => presenceNotices(presence, place, visitor, mayKnow) } : {};
