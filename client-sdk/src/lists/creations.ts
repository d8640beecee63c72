import { newTicket } from '../../../contract/newTicket.js';
import type { Task } from '../../../contract/task.js';
import type { Ticket, TicketReply } from '../../../contract/ticket.js';
import type { CreateTicketInput } from '../../../contract/ticketInputs.js';
import type { User } from '../../../contract/user.js';
import { given as valuesGiven } from './guesses.js';

/** A ticket that was made here and may not have come by a list's stream yet. */
export interface Creation {
  /** As the server will make it, then as it answered. */
  readonly ticket: Ticket;
  /** The event that the reply named; null until then. */
  readonly by: Pick<TicketReply, 'projectId' | 'seq'> | null;
}

/** What a call that makes a ticket says, as `tickets.create` takes it. Null: it says no id to know the ticket by. */
type Draft = Partial<CreateTicketInput> & Pick<CreateTicketInput, 'projectId' | 'title'>;
const drafts: Readonly<Record<string, (input: never) => Draft>> = {
  'tickets.create': (input: Draft) => input,
  'tasks.create': ({ taskId, ...input }: Draft & { taskId?: string }) => ({ ...input, ticketId: taskId, type: 'TASK' }),
};
/** Where each of them wants the id. */
export const idFields: Readonly<Record<string, string>> = { 'tickets.create': 'ticketId', 'tasks.create': 'taskId' };

/** Stands for a key that only the server can give. */
const NO_KEY = '…';

/**
 * The ticket that a call will make, with the server's own defaults. What only the server knows is empty: number, key, conversation, and the
 * name of an assignee other than oneself. Null: this call makes none, or nobody could tell it from others.
 */
export function creationOf(path: string, input: unknown, me: User | null, at: string): Ticket | null {
  if (!me || !Object.hasOwn(drafts, path) || typeof input !== 'object' || input === null) return null;
  const draft = drafts[path]?.(input as never);
  return draft?.ticketId ? ticketOf(draft, draft.ticketId, me, at) : null;
}

function ticketOf(draft: Draft, ticketId: string, me: User, at: string): Ticket {
  const given = { ...newTicket, ...defined(draft) };
  const { projectId, title, type, description, status, priority, category, assigneeId = null } = given;
  const isClosed = status === 'CLOSED';
  const finishedAt = isClosed || status === 'RESOLVED' ? at : null;
  const held = finishedAt ? ('COMPLETED' as const) : ('ASSIGNED' as const);
  const name = assigneeId === me.id ? me.name : '';
  return {
    id: ticketId.toLowerCase(),
    projectId,
    number: 0,
    key: NO_KEY,
    type,
    title,
    description,
    status,
    priority,
    category,
    departmentId: given.departmentId ?? null,
    conversationId: '',
    reporterId: given.reporterId ?? me.id,
    createdBy: me.id,
    assigneeId,
    parentId: given.parentId ?? null,
    storyPoints: given.storyPoints ?? null,
    requiredSkillId: given.requiredSkillId ?? null,
    estimatedHours: given.estimatedHours ?? null,
    dueDate: given.dueDate ?? null,
    waitingOn: given.waitingOn ?? null,
    assignmentState: assigneeId ? held : ('PENDING' as const),
    aiAssisted: given.aiAssisted ?? false,
    firstResponseAt: null,
    resolvedAt: finishedAt,
    completedAt: finishedAt,
    closedAt: isClosed ? at : null,
    externalSource: given.externalSource ?? null,
    externalId: given.externalId ?? null,
    customFields: valuesGiven(given.customFields ?? {}),
    tags: [],
    mergedIntoId: null,
    sla: null,
    version: 1,
    lastSeq: 0,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    deletedBy: null,
    deleteReason: null,
    assignees: assigneeId ? [{ assignmentId: '', userId: assigneeId, name, isPrimary: true }] : [],
  };
}

const defined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as Value;

/** The ticket as the server answered; a task's reply says less than a ticket has. */
export const answered = (ticket: Ticket, reply: TicketReply | Task): Ticket => ({
  ...ticket,
  ...(Object.fromEntries(Object.entries(reply).filter(([field]) => field in ticket)) as Partial<Ticket>),
});
