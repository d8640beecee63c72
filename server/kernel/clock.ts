/** The time that rows carry. An import runs commands at the times of its log; order never depends on it. */
export interface Clock {
  now(): Date;
}
export const systemClock: Clock = { now: () => new Date() };
export const clockAt = (moment: Date): Clock => ({ now: () => new Date(moment) });
