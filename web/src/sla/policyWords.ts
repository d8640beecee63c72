import { categoryNames, priorityNames } from '../model.js';
import type { SlaCalendar, SlaPolicy, Weekday } from '../sdk.js';
import { draftOf, weekdayNames, weekdays } from './calendarDraft.js';

/** Of working time, which has no days of its own length: "45 min", "26 h", "1 h 30 min"; nothing is promised: "–". */
export function minutesText(minutes: number | null): string {
  if (minutes === null) return '–';
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : ''].filter(Boolean).join(' ');
}

/** "Urgent or High, Billing"; "All tickets". */
export function appliesText({ priorities, categories }: Pick<SlaPolicy, 'priorities' | 'categories'>): string {
  const names = [
    priorities?.map((priority) => priorityNames[priority]),
    categories?.map((category) => categoryNames[category]),
  ];
  return names.flatMap((words) => (words ? [words.join(' or ')] : [])).join(', ') || 'All tickets';
}

/** "Mon–Fri 09:00–17:00, Europe/Berlin, 2 holidays". */
export function calendarText(calendar: SlaCalendar): string {
  const { isRoundTheClock, spans } = draftOf(calendar);
  const hours = isRoundTheClock
    ? 'Round the clock'
    : spans.map(({ days, from, to }) => `${daysText(days)} ${from}–${to}`).join(', ');
  const { length } = calendar.holidays;
  return [hours, calendar.timeZone, length === 0 ? '' : `${length} ${length === 1 ? 'holiday' : 'holidays'}`]
    .filter(Boolean)
    .join(', ');
}

/** "Mon–Fri" of days in a row, "Mon, Wed" of others. */
function daysText(days: ReadonlySet<Weekday>): string {
  const at = weekdays.flatMap((day, index) => (days.has(day) ? [index] : []));
  const name = (index: number | undefined) => weekdayNames[weekdays[index ?? 0] ?? 'MONDAY'];
  const isRow = at.length > 2 && (at.at(-1) ?? 0) - (at[0] ?? 0) === at.length - 1;
  return isRow ? `${name(at[0])}–${name(at.at(-1))}` : at.map(name).join(', ');
}
