import { sentenceOf, textOf, type Names } from '../board/sentences.js';
import type { ProjectEvent, Ticket } from '../sdk.js';

interface Onlooker {
  readonly viewerId: string;
  /** The ticket that is open beside the board. */
  readonly openKey: string | null;
}

/** Whether somebody else did it to a ticket that this person holds, or looks at. What is given to them is told elsewhere. */
export function concerns(event: ProjectEvent, ticket: Ticket | undefined, { viewerId, openKey }: Onlooker): boolean {
  if (event.actor?.id === viewerId) return false;
  if (event.type === 'ticket.assigned' && event.payload.handover.assigneeId === viewerId) return false;
  if (event.type === 'ticket.unassigned' && event.payload.handover.previousAssigneeId === viewerId) return false;
  if (!ticket || !event.ticketId) return false;
  return ticket.key === openKey || ticket.assignees.some(({ userId }) => userId === viewerId);
}

/** Events of one burst as few sentences: one thing as it was, several of one ticket or of one person counted. */
export function newsText(events: readonly ProjectEvent[], names: Names): readonly string[] {
  const texts: string[] = [];
  for (const [actor, theirs] of grouped(events, ({ actor: by }) => by?.name ?? 'Baton')) {
    const byTicket = grouped(theirs, ({ ticketId }) => ticketId ?? '');
    const [first] = theirs;
    if (theirs.length === 1 && first) texts.push(textOf(sentenceOf(first, names)));
    else if (byTicket.size > 1) texts.push(`${actor} changed ${byTicket.size} of your tickets`);
    else texts.push(`${actor} made ${theirs.length} changes to ${names.keyOf(first?.ticketId ?? '') ?? 'a ticket'}`);
  }
  return texts;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
