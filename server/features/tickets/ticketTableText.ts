import type { Ticket } from '../../../contract/ticket.js';
import { tableText } from '../../csv/tableText.js';
import { ticketColumns, titleOf } from './ticketTable.js';

export type TableTicket = Pick<
  Ticket,
  'id' | 'title' | 'description' | 'storyPoints' | 'priority' | 'dueDate' | 'externalSource' | 'externalId'
> & { readonly requiredSkillName: string | null };

/** As `tickets.sync` reads it: a ticket of another source, or of none, goes by its own id; a title that follows the description is left open. */
const cellsOf = (ticket: TableTicket, source: string): readonly string[] =>
  [
    ticket.externalSource === source ? ticket.externalId : ticket.id,
    ticket.title === titleOf(ticket.description) ? '' : ticket.title,
    ticket.description,
    ticket.storyPoints,
    ticket.requiredSkillName,
    ticket.priority,
    ticket.dueDate,
  ].map((value) => (value === null ? '' : String(value)));

/** Lines of a table of tickets, which give the tickets back. */
export const ticketTableText = (tickets: readonly TableTicket[], source: string, isFirst: boolean): string =>
  tableText([...(isFirst ? [[...ticketColumns]] : []), ...tickets.map((ticket) => cellsOf(ticket, source))]);
