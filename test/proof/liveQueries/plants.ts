import { compileFilter, type Predicate } from '../../../server/features/tickets/ticketMatch.js';
import { matcherOf, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';

/** Ways in which a filter could be matched wrongly: with each of them the runner must find mismatches. */
const plants = {
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

/** Matches the filter as the plant does, and rightly who may see the ticket. */
export const matcherWith =
  (plant: Plant) =>
  (spec: QuerySpec): Predicate => {
    const isTheirs = matcherOf({ ...spec, filter: {} });
    const isWanted = plants[plant](spec.filter);
    return (ticket) => isTheirs({ ...ticket, deletedAt: null }) && isWanted(ticket);
  };
