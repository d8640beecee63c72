import { categoryNames, priorityNames, statusNames, waitingNames } from '../model.js';
import type { Assignee, BatonClient, JsonValue, Ticket, TicketPatch } from '../sdk.js';
import { formatDay } from '../ui/dates.js';

/** The fields that a patch would really change; of custom fields, those. */
export function changedBy({ customFields, ...patch }: TicketPatch, ticket: Ticket): TicketPatch {
  const fields = Object.entries(patch).filter(([field, value]) => value !== ticket[field as keyof Ticket]);
  const own = Object.entries(customFields ?? {}).filter(([key, value]) => value !== (ticket.customFields[key] ?? null));
  return { ...Object.fromEntries(fields), ...(own.length === 0 ? {} : { customFields: Object.fromEntries(own) }) };
}

/** The patch that leads back from `patch` to `ticket` as it was. */
export function patchBack({ customFields, ...patch }: TicketPatch, ticket: Ticket): TicketPatch {
  const fields = Object.keys(patch).map((field) => [field, ticket[field as keyof Ticket]]);
  if (!customFields) return Object.fromEntries(fields) as TicketPatch;
  const own = Object.keys(customFields).map((key) => [key, ticket.customFields[key] ?? null]);
  return { ...Object.fromEntries(fields), customFields: Object.fromEntries(own) } as TicketPatch;
}

/** What a patch makes of the fields of `ticket`: custom fields that it does not name stay. */
export const shownBy = ({ customFields, ...patch }: TicketPatch, ticket: Ticket): Partial<Ticket> => ({
  ...(patch as Partial<Ticket>),
  ...(customFields && { customFields: { ...ticket.customFields, ...customFields } }),
});

const fieldNames: Readonly<Record<string, string>> = {
  dueDate: 'due date',
  storyPoints: 'points',
  waitingOn: 'waiting',
  parentId: 'parent ticket',
  estimatedHours: 'estimate',
  customFields: 'custom fields',
};
export const fieldName = (field: string): string => fieldNames[field] ?? field;

const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: statusNames,
  priority: priorityNames,
  category: categoryNames,
  waitingOn: waitingNames,
};

/** A value of a field as people read it; "none" where there is none. */
export function valueText(field: string, value: JsonValue | undefined): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${valueText(key, one)}`)
      .join(', ');
  const text = String(value);
  return field === 'dueDate' ? formatDay(text) : (words[field]?.[text] ?? text);
}

/** "SUP-12 moved to Review", "SUP-12: due date cleared". */
export function editText({ key }: Pick<Ticket, 'key'>, patch: TicketPatch): string {
  const fields = Object.entries(patch);
  const [first] = fields;
  if (patch.status && fields.length === 1) return `${key} moved to ${statusNames[patch.status]}`;
  if (!first || fields.length > 1) return `${key}: ${fields.map(([field]) => fieldName(field)).join(', ')} changed`;
  const [field, value] = first;
  if (field === 'title' || field === 'description' || field === 'customFields' || field === 'parentId')
    return `${key}: ${fieldName(field)} changed`;
  if (value === null) return `${key}: ${fieldName(field)} cleared`;
  return `${key}: ${fieldName(field)} set to ${valueText(field, value)}`;
}

/** The ticket has changed hands since: what came after is not to be overwritten. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** @throws Overtaken others hold the ticket now than those who were left. */
export async function demandHolders(client: BatonClient, ticketId: string, left: readonly Assignee[]): Promise<void> {
  const { assignees } = await client.tickets.get({ ticketId });
  const ids = (holders: readonly Assignee[]) =>
    holders
      .map(({ userId }) => userId)
      .toSorted()
      .join();
  if (ids(assignees) !== ids(left)) throw new Overtaken('The ticket has changed hands since.');
}

/** Gives a ticket back to those whom one's own act took it from; `left` are those who still held it after that act. */
export async function giveBack(
  client: BatonClient,
  ticketId: string,
  holders: readonly Assignee[],
  left: readonly Assignee[],
): Promise<void> {
  if (holders.length === 0) return;
  await demandHolders(client, ticketId, left);
  for (const { userId, isPrimary } of holders.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary))) {
    // The first holder of a ticket that nobody holds is its primary one by rule, and no longer if somebody was faster.
    const rank = left.length > 0 ? { primary: isPrimary } : {};
    await client.assignments.assign({ ticketId, assigneeId: userId, ...rank });
  }
}
