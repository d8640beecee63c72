const language = typeof navigator === 'undefined' ? 'en' : navigator.language;

const dayFormat = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayWithYear = new Intl.DateTimeFormat(language, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

/** `day` is YYYY-MM-DD; the year is named when it is not this one. */
export function formatDay(day: string, now = new Date()): string {
  const date = new Date(`${day}T00:00:00Z`);
  return (date.getUTCFullYear() === now.getFullYear() ? dayFormat : dayWithYear).format(date);
}

export const formatClock = (at: string | number | Date): string => clock.format(new Date(at));
export const formatMoment = (at: string): string => full.format(new Date(at));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "5 min. ago", "yesterday", then the date. */
export function formatAgo(at: string, now = Date.now()): string {
  const age = now - Date.parse(at);
  if (age < 45_000) return relative.format(0, 'second');
  if (age < HOUR) return relative.format(-Math.max(1, Math.round(age / MINUTE)), 'minute');
  if (age < DAY) return relative.format(-Math.round(age / HOUR), 'hour');
  if (age < 7 * DAY) return relative.format(-Math.round(age / DAY), 'day');
  return formatDay(new Date(at).toISOString().slice(0, 10), new Date(now));
}

export type DueState = 'overdue' | 'today' | 'soon' | 'later';

/** `day` against the reader's own calendar; soon is within three days. */
export function dueState(day: string, now = new Date()): DueState {
  const today = isoDay(now);
  if (day < today) return 'overdue';
  if (day === today) return 'today';
  return day <= isoDay(new Date(now.getTime() + 3 * DAY)) ? 'soon' : 'later';
}

/** The day of a moment in the reader's own calendar, YYYY-MM-DD. */
export const isoDay = (date: Date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
