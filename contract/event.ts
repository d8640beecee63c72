import type { Attachment } from './attachment.js';
import type { Comment } from './comment.js';
import type { Conversation } from './conversation.js';
import type { Message } from './message.js';
import type { Member, Project, ProjectRole } from './project.js';
import type { LinkType } from './link.js';
import type { WorkflowRule } from './rule.js';
import type { AssignmentProposal } from './proposal.js';
import type { JsonValue } from './errors.js';
import type { NotificationKind } from './notification.js';
import type { SlaKind } from './ticketSla.js';
import type { Ticket, TicketStatus } from './ticket.js';
import type { UserRole } from './user.js';
import type { BySeverity, SharePermission, ValidationSession } from './validation.js';
import type { DiscrepancyStatus } from './finding.js';
import type { webhookFailures } from './enums.js';

/** Who may see an event: staff only; staff and the customer who reported the ticket; every member of the project. */
export const audiences = ['TEAM', 'REPORTER', 'PROJECT'] as const;
export type Audience = (typeof audiences)[number];

export type Changes = Readonly<Record<string, { before: JsonValue; after: JsonValue }>>;

/** What every change moves, as it was before. */
export type TicketBefore = Pick<Ticket, 'version' | 'lastSeq' | 'updatedAt' | 'assignees'>;

/** Who holds the ticket after the change, and who held it before. */
export interface Handover {
  assignmentId: string;
  previousAssignmentId: string | null;
  assigneeId: string | null;
  assigneeName: string | null;
  previousAssigneeId: string | null;
  previousAssigneeName: string | null;
  type: 'AI' | 'MANUAL' | 'REASSIGNED' | 'CLAIMED' | 'RULE';
  reason: string | null;
}
interface TicketChanged {
  ticket: Ticket;
  changes: Changes;
  /** With `changes` it gives the whole ticket as it was. For staff only; older events and a ticket's first have none. */
  previous?: TicketBefore;
}
/** `reason` is given for a change of many at once. Among staff. */
interface TicketUpdated extends TicketChanged {
  reason?: string;
}
/** `changes` lead from the ticket as it was in the project it came from. */
interface TicketArrived extends TicketChanged {
  reason: string | null;
}
/** All that a project is told of a ticket that left it: `key` and `status` are those it had there. */
interface TicketGone {
  ticket: { id: string; key: string };
  status: TicketStatus;
}
/**
 * A link as the ticket of the event has it, and the other ticket's id and key: who may see more of that one is asked when it is
 * read. `isFrom`: this ticket is the one that blocks, duplicates, was split off, or was merged.
 */
export interface LinkRef {
  id: string;
  type: LinkType;
  isFrom: boolean;
  ticketId: string;
  key: string;
}
interface TicketLinked extends TicketChanged {
  link: LinkRef;
}
interface TicketMerged extends TicketLinked {
  reason: string | null;
}
/** The mark stands in the ticket's own `sla`. Customers are told of another version of their ticket and no more. */
interface TicketClockTold extends TicketChanged {
  clock: SlaKind;
}
interface TicketCreated extends TicketChanged {
  /** Of a ticket that was split off another one. */
  link?: LinkRef;
}
interface TicketHandedOver extends TicketChanged {
  handover: Handover;
}

export interface MessageEventPayloads {
  'message.posted': { message: Message };
  'message.updated': { message: Message };
  'message.deleted': { message: Message };
}

/**
 * Of validations staff alone are told; of one of no project, whose it is and whom it is shared with. `found` differences are new, `seenAgain`
 * were known; `discrepancyIds` are the first hundred, `count` is of all.
 */
interface ValidationEventPayloads {
  'validation.updated': { validation: ValidationSession };
  'discrepancy.found': { validationId: string; found: BySeverity; seenAgain: number };
  'discrepancy.updated': { status: DiscrepancyStatus; count: number; discrepancyIds: readonly string[] };
}

/** Payloads by event type. Shapes only grow; a changed meaning is a new type. */
export interface ProjectEventPayloads extends MessageEventPayloads, ValidationEventPayloads {
  'ticket.created': TicketCreated;
  'ticket.updated': TicketUpdated;
  'ticket.assigned': TicketHandedOver;
  'ticket.unassigned': TicketHandedOver;
  'ticket.deleted': TicketChanged;
  'ticket.restored': TicketChanged;
  /** It is now in another project, where it is told of as `ticket.arrived`. */
  'ticket.moved': TicketGone;
  'ticket.arrived': TicketArrived;
  'ticket.linked': TicketLinked;
  'ticket.unlinked': TicketLinked;
  /** Told of both tickets: the one that was merged, and the one that it is part of now. */
  'ticket.merged': TicketMerged;
  'ticket.unmerged': TicketLinked;
  /** Much of the time that was promised is over. */
  'ticket.slaWarned': TicketClockTold;
  /** More than all of it is. */
  'ticket.slaBreached': TicketClockTold;
  /** Of proposals staff alone are told. A ticket's change that makes its proposal stale tells so itself. */
  'assignment.proposed': { proposal: AssignmentProposal };
  'assignment.approved': { proposal: AssignmentProposal };
  'assignment.rejected': { proposal: AssignmentProposal };
  /** It is stale, and no other one has come for its ticket. */
  'assignment.withdrawn': { proposal: AssignmentProposal };
  'comment.created': { comment: Comment };
  'comment.updated': { comment: Comment; changes: Changes };
  'comment.deleted': { comment: Comment };
  'conversation.created': { conversation: Conversation };
  'conversation.updated': { conversation: Conversation; changes: Changes };
  'conversation.archived': { conversation: Conversation };
  /** Its bytes are all there. */
  'attachment.added': { attachment: Attachment };
  'attachment.removed': { attachment: Attachment };
  /** Of rules staff alone are told. */
  'rule.created': { rule: WorkflowRule };
  'rule.updated': { rule: WorkflowRule };
  'rule.deleted': { rule: WorkflowRule };
  'project.created': { project: Project };
  'project.updated': { project: Project; changes: Changes };
  'project.archived': { project: Project };
  'member.added': { member: Member };
  'member.updated': { member: Member; previousRole: ProjectRole };
  'member.removed': { member: Member };
  /** The system turned it off: nothing got through for days, or its receiver said that it is gone. Of its address the host alone is told. */
  'webhook.disabled': {
    webhook: { id: string; host: string; description: string; reason: (typeof webhookFailures)[number] };
  };
}
export interface TicketRef {
  id: string;
  key: string;
  title: string;
}
interface ProjectRef {
  id: string;
  key: string;
  name: string;
}
interface ConversationRef {
  id: string;
  name: string | null;
}
/** What a person's own stream (`live.me`) tells. Messages are those of DIRECT conversations. */
export interface FeedEventPayloads extends MessageEventPayloads, ValidationEventPayloads {
  /** Null: it is shared with one no more. */
  'validation.shared': { validation: { id: string; name: string }; permission: SharePermission | null };
  'ticket.assigned': { ticket: TicketRef; assignmentId: string; reason: string | null };
  'ticket.unassigned': { ticket: TicketRef; assignmentId: string; reason: string | null };
  /** A ticket that one held is now in a project that one is not in. */
  'ticket.moved': { ticket: { id: string; key: string } };
  'ticket.watched': { ticket: { id: string; key: string } };
  'ticket.unwatched': { ticket: { id: string; key: string } };
  'member.added': { project: ProjectRef; role: ProjectRole };
  'member.updated': { project: ProjectRef; role: ProjectRole };
  'member.removed': { project: ProjectRef };
  /** A DIRECT one that one is in. */
  'conversation.created': { conversation: Conversation };
  /** One came into a channel, or is in it no longer. */
  'conversation.joined': { conversation: ConversationRef };
  'conversation.left': { conversation: ConversationRef };
  /** One has read it up to and with this message, maybe in another window. */
  'conversation.read': { conversationId: string; until: string };
  /** Follows what caused it in the same transaction. `isAmongStaff`: a customer is not told of it. */
  'notification.added': {
    notificationId: string;
    kind: NotificationKind;
    /** Null for what was said in a channel or directly. */
    ticket: TicketRef | null;
    commentId: string | null;
    dueDate: string | null;
    isAmongStaff: boolean;
    /** Of a message alone. */
    messageId?: string;
    /** Where it was said. */
    conversation?: ConversationRef & { isPrivate: boolean };
    /** Of the kind WEBHOOK_DISABLED. */
    webhook?: { id: string; host: string };
  };
  /** These ids, or all up to and with `until`. */
  'notification.read': { ids: readonly string[] | null; until: string | null };
  'session.revoked': { sessionId: string | null };
  'user.updated': { role: UserRole; active: boolean };
}

export type ProjectEventType = keyof ProjectEventPayloads;
export type FeedEventType = keyof FeedEventPayloads;

interface Envelope<Type extends string, Payload> {
  kind: 'event';
  /** The event's number in its stream: 1, 2, 3 … without a gap. */
  seq: number;
  id: string;
  type: Type;
  projectId: string | null;
  ticketId: string | null;
  /** Null when no person acted. */
  actor: { id: string; name: string } | null;
  /** What acted instead: a rule, by its name. For staff only. */
  by?: string;
  at: string;
  payload: Payload;
}
export type ProjectEvent = {
  [Type in ProjectEventType]: Envelope<Type, ProjectEventPayloads[Type]> & { projectId: string };
}[ProjectEventType];
export type FeedEvent = { [Type in FeedEventType]: Envelope<Type, FeedEventPayloads[Type]> }[FeedEventType];
/** What `live.conversation` tells, out of the project's stream or the caller's own. */
export type ConversationEvent = Exclude<
  Extract<ProjectEvent | FeedEvent, { type: `message.${string}` | `conversation.${string}` }>,
  { type: 'conversation.read' }
>;
