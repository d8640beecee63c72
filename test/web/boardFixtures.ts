import { boardFrom, everyStatus, type BoardState, type Snapshot } from '../../web/src/board/boardState.js';
import type {
  AssignmentProposal,
  Comment,
  Member,
  ProjectDetail,
  ProjectEvent,
  Ticket,
  TicketStatus,
} from '../../web/src/sdk.js';

const AT = '2026-03-01T09:00:00.000Z';

export const project: ProjectDetail = {
  id: 'p',
  key: 'SUP',
  name: 'Support',
  description: '',
  ownerId: 'lena',
  status: 'ACTIVE',
  startDate: null,
  endDate: null,
  isArchived: false,
  awayPolicy: 'KEEP',
  autoAssign: 'OFF',
  version: 1,
  createdAt: AT,
  updatedAt: AT,
  myRole: 'MEMBER',
  memberCount: 2,
  lastSeq: 10,
};

export const aMember = (userId: string, name: string): Member => ({
  projectId: 'p',
  userId,
  name,
  role: 'MEMBER',
  userRole: 'AGENT',
  active: true,
  createdAt: AT,
});

/** A ticket as of event 5, ten before the snapshot that `aBoard` takes. */
export const aTicket = (id: string, rest: Partial<Ticket> = {}): Ticket => ({
  id,
  projectId: 'p',
  number: 1,
  key: `SUP-${id}`,
  type: 'TICKET',
  title: `Ticket ${id}`,
  description: '',
  status: 'OPEN',
  priority: 'MEDIUM',
  category: 'GENERAL',
  departmentId: null,
  conversationId: 'c',
  reporterId: 'carl',
  createdBy: 'carl',
  assigneeId: null,
  parentId: null,
  storyPoints: null,
  requiredSkillId: null,
  estimatedHours: null,
  dueDate: null,
  waitingOn: null,
  assignmentState: 'PENDING',
  aiAssisted: false,
  firstResponseAt: null,
  resolvedAt: null,
  completedAt: null,
  closedAt: null,
  externalSource: null,
  externalId: null,
  customFields: {},
  tags: [],
  mergedIntoId: null,
  sla: null,
  version: 1,
  lastSeq: 5,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
  deletedBy: null,
  deleteReason: null,
  assignees: [],
  ...rest,
});

export const aComment = (ticketId: string, rest: Partial<Comment> = {}): Comment => ({
  id: 'k',
  ticketId,
  userId: 'carl',
  userName: 'Carl',
  content: 'It still happens.',
  visibility: 'PUBLIC',
  parentId: null,
  version: 1,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
  ...rest,
});

/** All columns complete unless `nextPages` names where one goes on; counts as listed. */
export function aSnapshot(tickets: readonly Ticket[], nextPages: Partial<Record<TicketStatus, string>> = {}): Snapshot {
  const pages = everyStatus((status) => ({
    items: tickets.filter((ticket) => ticket.status === status),
    nextCursor: nextPages[status] ?? null,
  }));
  return { project, members: [], proposals: [], pages, counts: everyStatus((status) => pages[status].items.length) };
}

export const aBoard = (tickets: readonly Ticket[] = [], nextPages: Partial<Record<TicketStatus, string>> = {}) =>
  boardFrom(aSnapshot(tickets, nextPages), 10);

type TicketEventType = Extract<ProjectEvent['type'], `ticket.${string}`>;
type TicketChange = Partial<Ticket> & { readonly handover?: object };

/** What the server would tell when `actor` changes `before` by event `seq`. */
export function ticketEvent(
  type: TicketEventType,
  seq: number,
  before: Ticket,
  { handover, ...patch }: TicketChange = {},
  actor = { id: 'amir', name: 'Amir' },
): ProjectEvent {
  const ticket = { ...before, ...patch, lastSeq: seq, version: before.version + 1, updatedAt: timeOf(seq) };
  const changes = Object.fromEntries(
    Object.entries(patch).map(([field, after]) => [field, { before: before[field as keyof Ticket], after }]),
  );
  return envelope(type, seq, ticket.id, { ticket, changes, ...(handover ? { handover } : {}) }, actor);
}

export const commentEvent = (type: `comment.${'created' | 'updated' | 'deleted'}`, seq: number, comment: Comment) =>
  envelope(type, seq, comment.ticketId, { comment }, { id: comment.userId, name: comment.userName });

export const memberEvent = (type: `member.${'added' | 'updated' | 'removed'}`, seq: number, member: Member) =>
  envelope(type, seq, null, { member, previousRole: 'MEMBER' }, { id: 'lena', name: 'Lena' });

export const proposalEvent = (
  type: `assignment.${'proposed' | 'approved' | 'rejected' | 'withdrawn'}`,
  seq: number,
  { id: ticketId, key: ticketKey }: Ticket,
  state: AssignmentProposal['state'],
  id = 'p1',
): ProjectEvent =>
  envelope(
    type,
    seq,
    ticketId,
    { proposal: { id, ticketId, ticketKey, assigneeId: 'bob', assigneeName: 'Bob', state } },
    { id: 'lena', name: 'Lena' },
  );

export const projectEvent = (seq: number, patch: Partial<ProjectDetail>): ProjectEvent =>
  envelope(
    'project.updated',
    seq,
    null,
    { project: { ...project, ...patch }, changes: {} },
    { id: 'lena', name: 'Lena' },
  );

export const titlesIn = (state: BoardState, status: TicketStatus): string[] =>
  [...state.tickets.values()].filter((ticket) => ticket.status === status).map((ticket) => ticket.title);

const timeOf = (seq: number) => new Date(Date.parse(AT) + seq * 1_000).toISOString();

function envelope(
  type: ProjectEvent['type'],
  seq: number,
  ticketId: string | null,
  payload: object,
  actor: { id: string; name: string } | null,
): ProjectEvent {
  return {
    kind: 'event',
    seq,
    id: `e${seq}`,
    type,
    projectId: 'p',
    ticketId,
    actor,
    at: timeOf(seq),
    payload,
  } as ProjectEvent;
}
