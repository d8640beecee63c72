import { CreateSlaPolicyInput, type SlaPolicy } from '../../../contract/sla.js';
import type { SlaKind } from '../../../contract/ticketSla.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import type { Deps } from '../../../server/features/deps.js';
import { sweepSla } from '../../../server/features/sla/sweepSla.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import type { Dialect } from '../../support/services.js';
import { aTicketWorld, rows, type TicketWorld } from '../../support/ticketWorld.js';

export const MINUTE = 60_000;

export interface SlaWorld extends TicketWorld {
  /** The moment at which everything is done, until it is moved on. */
  readonly moment: { now: number };
  readonly deps: Deps;
}

export async function aSlaWorld(dialect: Dialect): Promise<SlaWorld> {
  const world = await aTicketWorld(dialect);
  const moment = { now: Date.parse('2031-06-02T08:00:00.000Z') };
  return { ...world, moment, deps: { ...world.deps, clock: { now: () => new Date(moment.now) } } };
}

/** A promise for the world's project, round the clock unless it says otherwise. */
export const promise = (world: SlaWorld, draft: object, projectId = world.project.id): Promise<SlaPolicy> =>
  createSlaPolicy(
    world.deps,
    world.lead,
    CreateSlaPolicyInput.parse({ projectId, name: 'A promise', calendar: { timeZone: 'UTC' }, ...draft }),
  );

export const clockOf = async (world: SlaWorld, ticketId: string, kind: SlaKind = 'RESOLVE') =>
  (await getTicket(world.db, world.lead, { ticketId })).sla?.[kind] ?? null;

export const sweepAfter = (world: SlaWorld, minutes: number): Promise<number> => {
  world.moment.now += minutes * MINUTE;
  return sweepSla(world.deps);
};

/** What was told of a ticket's clocks, in order. */
export const toldOf = async (world: TicketWorld, ticketId: string): Promise<string[]> => {
  const sql = "SELECT type FROM events WHERE ticket_id = $1 AND type LIKE 'ticket.sla%' ORDER BY seq";
  return (await rows<{ type: string }>(world, sql, ticketId)).map(({ type }) => type);
};
