import { weekdays, type SlaCalendar } from '../../contract/sla.js';

const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** What a zone's wall clocks show, as the number of minutes since 1970-01-01 00:00 on them. Asked of Intl for each half hour: no clocks are changed within one. */
function wallMinute(timeZone: string, moment: number): number {
  const begin = Math.floor(moment / HALF_HOUR) * HALF_HOUR;
  const name = `${timeZone} ${begin}`;
  const offset = offsets.get(name) ?? wallOf(timeZone, begin) - begin;
  offsets.set(name, offset);
  return Math.floor((moment + offset) / MINUTE);
}

function wallOf(timeZone: string, moment: number): number {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...numeric });
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute']);
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** Whether the calendar is open in the minute that begins at this moment: by looking at the wall clock, and nothing else. */
export function isOpen({ timeZone, hours, holidays }: SlaCalendar, moment: number): boolean {
  const wall = wallMinute(timeZone, moment);
  const day = Math.floor(wall / 1440);
  const date = new Date(day * 86_400_000);
  if (holidays.includes(date.toISOString().slice(0, 10))) return false;
  if (hours === null) return true;
  const today = weekdays[(date.getUTCDay() + 6) % 7];
  const yesterday = weekdays[(date.getUTCDay() + 5) % 7];
  const minute = wall - day * 1440;
  return hours.some((open) => {
    const [from, to] = [minuteOf(open.from), minuteOf(open.to)];
    if (to > from) return open.day === today && from <= minute && minute < to;
    return (open.day === today && from <= minute) || (open.day === yesterday && minute < to);
  });
}

/** Minute by minute. */
export function slowBetween(calendar: SlaCalendar, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += MINUTE) if (isOpen(calendar, at)) sum += MINUTE;
  return sum;
}

export function slowAdd(calendar: SlaCalendar, from: number, ms: number): number {
  let at = from;
  for (let left = ms; left > 0; at += MINUTE) if (isOpen(calendar, at)) left -= MINUTE;
  return at;
}
