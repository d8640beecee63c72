import { z } from 'zod';
import { slaKinds, slaStates } from './enums.js';
import { Id, Instant } from './text.js';

export { slaKinds, slaStates };
export const SlaKind = z.enum(slaKinds);
export type SlaKind = z.infer<typeof SlaKind>;

/**
 * One promise for one ticket. It stands still from `pausedAt` while the ticket waits for somebody else, and from `stoppedAt` once it is kept, or the
 * ticket is resolved, closed or deleted; `dueAt` and `warnAt` are as if it went on from there at once. It is late when it got beyond `dueAt`
 * before it stood still. `pausedMs` is the time of its calendar in which it stood still so far. `warnedAt` and `breachedAt` are when that came to be, once it was told.
 */
export const SlaClock = z.object({
  startedAt: Instant,
  warnAt: Instant,
  dueAt: Instant,
  pausedAt: Instant.nullable(),
  stoppedAt: Instant.nullable(),
  pausedMs: z.int().min(0),
  warnedAt: Instant.nullable(),
  breachedAt: Instant.nullable(),
});
export type SlaClock = z.infer<typeof SlaClock>;

/** The policy whose terms a ticket was given, the terms themselves as they were then, and the clocks that run by them. */
export const TicketSla = z.object({
  policyId: Id,
  termsId: Id,
  FIRST_RESPONSE: SlaClock.nullable(),
  RESOLVE: SlaClock.nullable(),
});
export type TicketSla = z.infer<typeof TicketSla>;

export const SlaState = z.enum(slaStates);
export type SlaState = z.infer<typeof SlaState>;
