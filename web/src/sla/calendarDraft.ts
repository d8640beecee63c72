import type { SlaCalendar, Weekday } from '../sdk.js';

/** Days that have the same hours: one line of the form. */
export interface Span {
  readonly days: ReadonlySet<Weekday>;
  readonly from: string;
  readonly to: string;
}

/** A calendar as it is written in a form. */
export interface CalendarDraft {
  readonly timeZone: string;
  readonly isRoundTheClock: boolean;
  readonly spans: readonly Span[];
  /** Days, with anything between them. */
  readonly holidays: string;
}

/** As the week goes. */
export const weekdayNames: Readonly<Record<Weekday, string>> = {
  MONDAY: 'Mon',
  TUESDAY: 'Tue',
  WEDNESDAY: 'Wed',
  THURSDAY: 'Thu',
  FRIDAY: 'Fri',
  SATURDAY: 'Sat',
  SUNDAY: 'Sun',
};
export const weekdays = Object.keys(weekdayNames) as Weekday[];

export const officeHours: Span = { days: new Set(weekdays.slice(0, 5)), from: '09:00', to: '17:00' };

/** Lossless: hours that are the same on several days become one span, and days of a span become hours again. */
export function draftOf({ timeZone, hours, holidays }: SlaCalendar): CalendarDraft {
  const bySpan = new Map<string, Span>();
  for (const { day, from, to } of hours ?? []) {
    const known = bySpan.get(`${from} ${to}`);
    bySpan.set(`${from} ${to}`, { days: new Set([...(known?.days ?? []), day]), from, to });
  }
  const spans = hours === null ? [officeHours] : [...bySpan.values()];
  return { timeZone, isRoundTheClock: hours === null, spans, holidays: holidays.join(', ') };
}

export function calendarOf({ timeZone, isRoundTheClock, spans, holidays }: CalendarDraft): SlaCalendar {
  const hours = spans.flatMap(({ days, from, to }) =>
    weekdays.filter((day) => days.has(day)).map((day) => ({ day, from, to })),
  );
  return {
    timeZone: timeZone.trim(),
    hours: isRoundTheClock ? null : hours,
    holidays: [...new Set(holidays.split(/[\s,;]+/).filter(Boolean))].toSorted(),
  };
}
