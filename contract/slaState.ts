import type { SlaClock, SlaState } from './ticketSla.js';

/**
 * How a clock stands, by what is written of it and by no clock on a wall: one that runs is warned of, or late, once that was told, which is an event. One that
 * stands still was late or in time when it halted, told or not.
 */
export function slaStateOf({ dueAt, pausedAt, stoppedAt, warnedAt, breachedAt }: SlaClock): SlaState {
  const halt = stoppedAt ?? pausedAt;
  if (breachedAt !== null || (halt !== null && dueAt < halt)) return 'BREACHED';
  if (stoppedAt !== null) return 'MET';
  if (pausedAt !== null) return 'PAUSED';
  return warnedAt === null ? 'RUNNING' : 'WARNED';
}
