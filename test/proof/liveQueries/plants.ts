import { matcherOf, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';

/** Ways in which matching could be wrong: with each of them the runner must find mismatches. */
export const plants = {
  /** Overlooks what one value of two fields makes rare. */
  overlooks: (spec) => {
    const matches = matcherOf(spec);
    return (ticket) => matches(ticket) && !(ticket.priority === 'HIGH' && ticket.status === 'REVIEW');
  },
  /** Takes customers for the team. */
  leaks: (spec) => {
    const { staffOf, customerOf } = spec.scope;
    const scope = { staffOf: [...staffOf, ...customerOf], customerOf: [], customerId: null };
    return matcherOf({ ...spec, scope });
  },
  /** Keeps showing what was deleted. */
  keepsDeleted: (spec) => {
    const matches = matcherOf(spec);
    return (ticket) => matches({ ...ticket, deletedAt: null });
  },
  /** Takes the day that is asked for along. */
  countsTheDay: (spec) => {
    const { dueBefore } = spec.filter;
    if (dueBefore === undefined) return matcherOf(spec);
    const withDay = matcherOf({ ...spec, filter: { ...spec.filter, dueBefore: `${dueBefore}~` } });
    return (ticket) => withDay(ticket);
  },
} satisfies Record<string, (spec: QuerySpec) => ReturnType<typeof matcherOf>>;

export type Plant = keyof typeof plants;
