import type { Ticket, TicketPatch } from '../sdk.js';

/** The ticket form as it is being typed: text in every field. */
export interface Draft {
  readonly title: string;
  readonly description: string;
  readonly priority: Ticket['priority'];
  readonly category: Ticket['category'];
  readonly dueDate: string;
  readonly storyPoints: string;
  readonly assigneeId: string;
}

export const emptyDraft: Draft = {
  title: '',
  description: '',
  priority: 'MEDIUM',
  category: 'GENERAL',
  dueDate: '',
  storyPoints: '',
  assigneeId: '',
};

export const draftOf = (ticket: Ticket): Draft => ({
  title: ticket.title,
  description: ticket.description,
  priority: ticket.priority,
  category: ticket.category,
  dueDate: ticket.dueDate ?? '',
  storyPoints: ticket.storyPoints === null ? '' : String(ticket.storyPoints),
  assigneeId: ticket.assigneeId ?? '',
});

/** Customers report with title, description, priority and category; naming more would be refused. */
export function newTicketFrom(draft: Draft, isStaff: boolean) {
  const { title, description, priority, category, assigneeId } = draft;
  const report = { title: title.trim(), description, priority, category };
  if (!isStaff) return report;
  const { dueDate, storyPoints } = staffFields(draft);
  return {
    ...report,
    ...(dueDate === null ? {} : { dueDate }),
    ...(storyPoints === null ? {} : { storyPoints }),
    ...(assigneeId === '' ? {} : { assigneeId }),
  };
}

/** Only what was changed, so that others' edits of other fields stay. */
export function changesOf(draft: Draft, ticket: Ticket, isStaff: boolean): TicketPatch {
  const text = { title: draft.title.trim(), description: draft.description };
  const fields = isStaff
    ? { ...text, priority: draft.priority, category: draft.category, ...staffFields(draft) }
    : text;
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== ticket[name as keyof typeof fields]),
  );
}

const staffFields = ({ dueDate, storyPoints }: Draft) => ({
  dueDate: dueDate === '' ? null : dueDate,
  storyPoints: storyPoints === '' ? null : Number(storyPoints),
});
