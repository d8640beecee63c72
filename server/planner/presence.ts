import type { PlanPerson } from './planInput.js';

/** The day on which somebody must be there for a ticket: the one it is due, or the day of the plan when that has passed or there is none. */
export const dayOfNeed = (dueDate: string | null, asOf: string): string =>
  dueDate !== null && dueDate > asOf ? dueDate : asOf;

type Absence = Pick<PlanPerson, 'awayFrom' | 'awayTo' | 'timezone'>;

/** Whether an absence covers noon of the day, by the person's own clock. An open end covers all on its side. */
export function isAway({ awayFrom, awayTo, timezone }: Absence, day: string): boolean {
  if (awayFrom === null && awayTo === null) return false;
  const noon = `${day} 12:00`;
  const hasBegun = awayFrom === null || localTime(awayFrom, timezone) <= noon;
  return hasBegun && (awayTo === null || noon < localTime(awayTo, timezone));
}

/** The day that it is in a time zone, `YYYY-MM-DD`. */
export const localDay = (now: Date, timezone: string): string => localTime(now.toISOString(), timezone).slice(0, 10);

/** Whether an absence covers the day that it is for the person now. */
export const isAwayNow = (absence: Absence, now: Date): boolean => isAway(absence, localDay(now, absence.timezone));

/** `YYYY-MM-DD hh:mm`: sorts as time does. */
function localTime(instant: string, timeZone: string): string {
  const parts = clockOf(timeZone).formatToParts(new Date(instant));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
}

/** Making one costs more than all that it is asked. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
  });
  clocks.set(timeZone, clock);
  return clock;
}
