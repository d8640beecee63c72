import { weekdays, type SlaCalendar } from '../../../contract/sla.js';
import { offsetSpanAt } from './zoneOffsets.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** From `from` until `to`, in ms. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A calendar as it is reckoned with: for each weekday, Monday first, when it is open, in ms of the wall clock; and the holidays. */
interface Timetable {
  readonly timeZone: string;
  readonly days: readonly (readonly Interval[])[];
  /** Days since 1970, sorted. */
  readonly holidays: readonly number[];
  readonly closed: ReadonlySet<number>;
  readonly weekMs: number;
}

const timetables = new WeakMap<SlaCalendar, Timetable>();

function timetableOf(calendar: SlaCalendar): Timetable {
  const made = timetables.get(calendar) ?? compile(calendar);
  timetables.set(calendar, made);
  return made;
}

const timeOf = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MINUTE;

function compile({ timeZone, hours, holidays }: SlaCalendar): Timetable {
  const days = weekdays.map((): Interval[] => (hours === null ? [{ from: 0, to: DAY }] : []));
  for (const { day, from, to } of hours ?? []) {
    const nth = weekdays.indexOf(day);
    const [begin, end] = [timeOf(from), timeOf(to)];
    days[nth]?.push({ from: begin, to: end > begin ? end : DAY });
    if (end <= begin && end > 0) days[(nth + 1) % 7]?.push({ from: 0, to: end });
  }
  const merged = days.map(merge);
  const closed = holidays.map((day) => Date.parse(day) / DAY).toSorted((a, b) => a - b);
  const weekMs = merged.flat().reduce((sum, { from, to }) => sum + to - from, 0);
  return { timeZone, days: merged, holidays: closed, closed: new Set(closed), weekMs };
}

function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && next.from <= last.to)
      merged.push({ from: last.from, to: Math.max((merged.pop() ?? last).to, next.to) });
    else merged.push(next);
  }
  return merged;
}

/** How long a week of this calendar is open where no clocks are changed, in ms. */
export const weekMsOf = (calendar: SlaCalendar): number => timetableOf(calendar).weekMs;

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** Whether one of so many days from this one on is a holiday. */
const hasHoliday = ({ holidays }: Timetable, day: number, count: number): boolean => {
  let [low, high] = [0, holidays.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holidays[middle] ?? 0) < day) low = middle + 1;
    else high = middle;
  }
  const next = holidays[low];
  return next !== undefined && next < day + count;
};

const openOn = ({ days, closed }: Timetable, day: number): readonly Interval[] =>
  closed.has(day) ? [] : (days[weekdayOf(day)] ?? []);

/**
 * When a calendar is open between two moments, in their order, cut to them. Within a span of one offset the wall clock is a line, and days are those of
 * UTC moved by the offset: what the clocks show twice is there twice, what they skip is in no span. `skipWeek` is asked where seven days
 * without a holiday begin that are open for `weekMs` together; when it says yes they are left out.
 */
function* openTimes(
  table: Timetable,
  from: number,
  to: number,
  skipWeek: (ms: number) => boolean,
): Generator<Interval> {
  for (let at = from; at < to;) {
    const span = offsetSpanAt(table.timeZone, at);
    const [begin, end] = [at + span.offset, Math.min(span.to, to) + span.offset];
    for (let day = Math.floor(begin / DAY); day * DAY < end;) {
      const isWhole = day * DAY >= begin && day * DAY + WEEK <= end && !hasHoliday(table, day, 7);
      if (isWhole && skipWeek(table.weekMs)) {
        day += 7;
        continue;
      }
      for (const open of openOn(table, day)) {
        const cut = { from: Math.max(day * DAY + open.from, begin), to: Math.min(day * DAY + open.to, end) };
        if (cut.from < cut.to) yield { from: cut.from - span.offset, to: cut.to - span.offset };
      }
      day++;
    }
    at = Math.min(span.to, to);
  }
}

/** How long the calendar is open from one moment until another, in ms; nothing when `to` is before. Costs a step for each week and each holiday. */
export function businessBetween(calendar: SlaCalendar, from: number, to: number): number {
  let sum = 0;
  const skipWeek = (ms: number) => {
    sum += ms;
    return true;
  };
  for (const open of openTimes(timetableOf(calendar), from, to, skipWeek)) sum += open.to - open.from;
  return sum;
}

/** JavaScript knows no later moment. */
const END = 8.64e15 - DAY;

/**
 * The first moment until which the calendar has been open for `ms` since `from`; `from` itself for none. What would be done at the very end of a day is due then,
 * and not when the next one begins.
 */
export function addBusinessTime(calendar: SlaCalendar, from: number, ms: number): number {
  if (ms <= 0) return from;
  let left = ms;
  const skipWeek = (weekMs: number) => {
    if (weekMs >= left) return false;
    left -= weekMs;
    return true;
  };
  for (const open of openTimes(timetableOf(calendar), from, END, skipWeek)) {
    if (open.to - open.from >= left) return open.from + left;
    left -= open.to - open.from;
  }
  throw new Error('a calendar that is never open long enough');
}
