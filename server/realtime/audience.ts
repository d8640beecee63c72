import type { Comment } from '../../contract/comment.js';
import type { ProjectEvent } from '../../contract/event.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { changesForCustomer, forCustomer } from '../features/tickets/tickets.present.js';
import { isInside, isLead, isStaff, type Standing } from '../kernel/actor.js';
import type { FeedEntry, ProjectEntry } from './eventLog.js';
import { isMadeInternal } from './withdrawal.js';

export const standingIn = (facts: AccessFacts, projectId: string): Standing => ({
  role: facts.role,
  projectRole: facts.projects.get(projectId) ?? null,
});

/** Whether the person is inside the project now. */
export const mayEnter = (facts: AccessFacts, projectId: string): boolean => isInside(standingIn(facts, projectId));

/** Whether the person works in the project now. */
export const isStaffOf = (facts: AccessFacts, projectId: string): boolean => isStaff(standingIn(facts, projectId));

/** Whether the person may see this ticket now: staff of its project, or the customer who reported it. */
export function maySeeTicket(facts: AccessFacts, ticket: { projectId: string; reporterId: string }): boolean {
  const standing = standingIn(facts, ticket.projectId);
  return isStaff(standing) || (standing.projectRole === 'CUSTOMER' && ticket.reporterId === facts.userId);
}

export interface Channel {
  readonly id: string;
  readonly projectId: string;
  readonly isPrivate: boolean;
}
const isMemberOf = (facts: AccessFacts, projectId: string, channelId: string): boolean =>
  facts.channels.get(projectId)?.includes(channelId) ?? false;

/** Whether the person may see this channel now: staff of its project and, of a private one, only its members. */
export const maySeeChannel = (facts: AccessFacts, { id, projectId, isPrivate }: Channel): boolean =>
  isStaffOf(facts, projectId) && (!isPrivate || isMemberOf(facts, projectId, id));

/**
 * The event as this person may see it now, or null. Staff see all of it but the private channels
 * that they are no members of; a customer sees what concerns the whole project and
 * what was told to the reporter they are, without the fields that stay among staff. Equal views are one object, made once.
 */
export function viewOfProjectEvent(entry: ProjectEntry, facts: AccessFacts): ProjectEvent | null {
  if (entry.isWithdrawn) return null;
  const standing = standingIn(facts, entry.event.projectId);
  const { projectId } = entry.event;
  if (isStaff(standing))
    return entry.membersOf === null || isMemberOf(facts, projectId, entry.membersOf) ? entry.event : null;
  if (entry.membersOf !== null) return null;
  if (standing.projectRole !== 'CUSTOMER' || isAmongStaff(entry.event)) return null;
  const isTold = entry.audience === 'PROJECT' || (entry.audience === 'REPORTER' && entry.reporterId === facts.userId);
  return isTold ? (entry.customerView ??= withoutLabel(customerView(entry.event))) : null;
}

/**
 * Those in the same audience are shown the same of every event of the project. It names all that {@link viewOfProjectEvent}
 * asks of the person: a customer is told what only they reported, staff what is said in the private channels they are in.
 */
export function audienceIn(facts: AccessFacts, projectId: string): string {
  const standing = standingIn(facts, projectId);
  if (isStaff(standing)) return ['staff', ...(facts.channels.get(projectId) ?? [])].join(' ');
  return standing.projectRole === 'CUSTOMER' ? `customer ${facts.userId}` : 'nobody';
}

/** A person's own feed: what names a ticket only while they may enter its project, a channel while they see that, and a webhook while they lead its project. */
export function viewOfFeedEvent(entry: FeedEntry, facts: AccessFacts): FeedEntry['event'] | null {
  if (entry.isWithdrawn) return null;
  const { ticketId, projectId, type, payload } = entry.event;
  if (ticketId === null && projectId !== null && type === 'notification.added' && payload.conversation)
    return maySeeChannel(facts, { ...payload.conversation, projectId }) ? entry.event : null;
  if (ticketId === null && projectId !== null && type === 'notification.added' && payload.webhook)
    return isLead(standingIn(facts, projectId)) ? entry.event : null;
  if (ticketId === null) return entry.event;
  if (projectId === null || !mayEnter(facts, projectId)) return null;
  const isHidden = type === 'notification.added' && payload.isAmongStaff && !isStaffOf(facts, projectId);
  return isHidden ? null : entry.event;
}

/** Proposals, validations, internal comments and what is attached to them, whatever audience the event was written with: the last guard before the wire. */
function isAmongStaff(event: ProjectEvent): boolean {
  if ('proposal' in event.payload || /^(?:validation|discrepancy)\./.test(event.type)) return true;
  if ('proposal' in event.payload || 'rule' in event.payload) return true;
  if ('attachment' in event.payload) return event.payload.attachment.visibility === 'INTERNAL';
  return 'comment' in event.payload && event.payload.comment.visibility === 'INTERNAL' && !isMadeInternal(event);
}

/** What rules are called stays among staff. */
function withoutLabel(event: ProjectEvent): ProjectEvent {
  const { by: _, ...rest } = event;
  return rest;
}

function customerView(event: ProjectEvent): ProjectEvent {
  switch (event.type) {
    case 'ticket.assigned':
    case 'ticket.unassigned': {
      const handover = { ...event.payload.handover, reason: null };
      return { ...event, payload: { ...ticketPayload(event.payload), handover } };
    }
    case 'ticket.created':
    case 'ticket.updated':
    case 'ticket.deleted':
    case 'ticket.restored':
      return { ...event, payload: ticketPayload(event.payload) };
    // The other ticket may be one that they do not see, and what was promised stays among staff: they are told that there is another version of theirs, and no more.
    case 'ticket.linked':
    case 'ticket.unlinked':
    case 'ticket.merged':
    case 'ticket.unmerged':
    case 'ticket.slaWarned':
    case 'ticket.slaBreached':
      return { ...event, type: 'ticket.updated', payload: ticketPayload(event.payload) };
    case 'ticket.arrived':
      return { ...event, payload: { ...ticketPayload(event.payload), reason: null } };
    case 'comment.updated': {
      if (isMadeInternal(event)) return { ...event, type: 'comment.deleted', payload: { comment: gone(event) } };
      // A comment that was internal until now: what it said then stays among staff.
      const { changes } = event.payload;
      return changes['visibility'] ? { ...event, payload: { ...event.payload, changes: {} } } : event;
    }
    default:
      return event;
  }
}

/** A comment that was made internal, to those who could see it: that it is no more, and no word of it. */
const gone = ({ at, payload: { comment } }: Extract<ProjectEvent, { type: 'comment.updated' }>): Comment => ({
  ...comment,
  content: '',
  visibility: 'PUBLIC',
  deletedAt: at,
});

type TicketPayload = Extract<ProjectEvent, { type: 'ticket.updated' }>['payload'];

const ticketPayload = ({ ticket, changes }: Pick<TicketPayload, 'ticket' | 'changes'>): TicketPayload => ({
  ticket: forCustomer(ticket),
  changes: changesForCustomer(changes),
});
