import type { Attributes } from 'sequelize';
import type { Changes } from '../../../contract/event.js';
import type { Assignee, Ticket as Presented, TicketStatus } from '../../../contract/ticket.js';
import type { Ticket } from '../../db/models/Ticket.js';

/** A ticket's row without the columns that the database computes. */
export type TicketRow = Omit<Attributes<Ticket>, 'priorityRank' | 'dueSort' | 'status'> & { status: TicketStatus };

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null;

export function presentTicket(row: TicketRow, assignees: readonly Assignee[]): Presented {
  return {
    id: row.id,
    projectId: row.projectId,
    number: row.number,
    key: row.key,
    type: row.type,
    title: row.title,
    description: row.description,
    status: row.status,
    priority: row.priority,
    category: row.category,
    departmentId: row.departmentId,
    conversationId: row.conversationId,
    reporterId: row.reporterId,
    createdBy: row.createdBy,
    assigneeId: row.assigneeId,
    parentId: row.parentId,
    storyPoints: row.storyPoints,
    requiredSkillId: row.requiredSkillId,
    estimatedHours: row.estimatedHours,
    dueDate: row.dueDate,
    waitingOn: row.waitingOn,
    assignmentState: row.assignmentState,
    aiAssisted: row.aiAssisted,
    firstResponseAt: iso(row.firstResponseAt),
    resolvedAt: iso(row.resolvedAt),
    completedAt: iso(row.completedAt),
    closedAt: iso(row.closedAt),
    externalSource: row.externalSource,
    externalId: row.externalId,
    customFields: row.customFields,
    tags: row.tags,
    mergedIntoId: row.mergedIntoId,
    sla: row.sla,
    version: row.version,
    lastSeq: row.lastSeq,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    deletedAt: iso(row.deletedAt),
    deletedBy: row.deletedBy,
    deleteReason: row.deleteReason,
    assignees: [...assignees],
  };
}

/** What stays among staff, with the values a customer sees instead. */
const hidden = {
  storyPoints: null,
  requiredSkillId: null,
  estimatedHours: null,
  aiAssisted: false,
  customFields: {},
  tags: [],
  mergedIntoId: null,
  sla: null,
  deleteReason: null,
} satisfies Partial<Presented>;
export const internalFields: ReadonlySet<string> = new Set(Object.keys(hidden));

/** What a line of history calls a link: customers may not see the other end. */
export const LINKS = 'links';

/** The ticket as the customer who reported it may see it. */
export const forCustomer = <Seen extends Presented>(ticket: Seen): Seen => ({ ...ticket, ...hidden });

export const changesForCustomer = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([field]) => !internalFields.has(field)));
