import { z } from 'zod';
import { count, text } from './text.js';
import { ListTicketsInput } from './ticketInputs.js';

const format = z.enum(['csv', 'json', 'table']);

/** The filters and the order of `tickets.list`; `cursor` as the page before gave it. `source`: whose ids a table has. */
export const ExportTicketsInput = ListTicketsInput.omit({ limit: true }).extend({
  format,
  source: text(60).default('csv'),
});
export type ExportTicketsInput = z.output<typeof ExportTicketsInput>;

/**
 * At most 1,000 tickets, fewer when their texts are long. `csv` is RFC 4180: one line ends with CR LF, the first page begins with the
 * names of the columns, and pages put one behind the other are one file. A cell that a spreadsheet would take for a formula, since it
 * begins with `=`, `+`, `-`, `@`, a tab or CR, has an apostrophe before it. `json` is a list of objects with the same fields, exact.
 * `table` is CSV in the columns that `tickets.sync` reads, which gives the tickets back.
 */
export const TicketExport = z.object({
  format,
  text: z.string(),
  tickets: count,
  nextCursor: z.string().nullable(),
});
export type TicketExport = z.infer<typeof TicketExport>;
