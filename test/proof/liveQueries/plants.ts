import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';

/** Ways in which a filter could be matched wrongly: with each of them the runner must find mismatches. */
export const plants = {
  /** Overlooks what one value of two fields makes rare. */
  overlooks: (filter) => {
    const matches = compileFilter(filter);
    return (ticket) => matches(ticket) && !(ticket.priority === 'HIGH' && ticket.status === 'REVIEW');
  },
  /** Goes on showing what was deleted. */
  keepsDeleted: (filter) => {
    const matches = compileFilter(filter);
    return (ticket) => matches({ ...ticket, deletedAt: null });
  },
  /** Takes the day along that is only the limit. */
  countsTheDay: ({ dueBefore, ...filter }) =>
    compileFilter(dueBefore === undefined ? filter : { ...filter, dueBefore: `${dueBefore}~` }),
} satisfies Record<string, typeof compileFilter>;

export type Plant = keyof typeof plants;
export const plantNames = Object.keys(plants) as Plant[];
