/** How the moments of a log are read; `problem` says why the format itself cannot be used. */
export interface TimeReader {
  readonly problem: string | null;
  /** The moment, or why the text is none. */
  read(text: string): Date | string;
}

const digits: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MMM: '(?<monthName>[A-Za-z]{3})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  h: '(?<hour12>\\d{1,2})',
  a: '(?<half>[AaPp][Mm])',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<milli>\\d{3})',
  XXX: '(?<offset>Z|[+-]\\d{2}:\\d{2})',
};
const TOKEN = /yyyy|yy|MMM|MM?|dd?|HH?|h|mm|ss|SSS|XXX|a(?![A-Za-z])|[A-Za-z]+|[^A-Za-z]+/g;

/**
 * Reads moments by a pattern of `yyyy yy MMM MM M dd d HH H h a mm ss SSS XXX` and other signs, or `iso` for ISO 8601 with an offset. Without
 * an offset in the text the wall clock of `zone` is meant; the hour that it shows twice in autumn is the earlier one.
 */
export function timeReader(format: string, zone: string): TimeReader {
  const pattern = format === 'iso' ? isoPattern : compile(format);
  if (typeof pattern === 'string') return { problem: pattern, read: () => pattern };
  const toUtc = wallClock(zone);
  return {
    problem: null,
    read: (text) => {
      const parts = pattern.exec(text)?.groups;
      if (!parts) return `does not look like ${format === 'iso' ? 'an ISO 8601 moment' : format}`;
      const local = wallTime(parts);
      if (local === null) return 'is no real date and time';
      const at = parts['offset'] === undefined ? toUtc(local) : local - offsetMs(parts['offset']);
      return at === null ? `does not exist in ${zone}, where the clocks were put forward` : new Date(at);
    },
  };
}

const isoPattern =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<milli>\d{3})\d*)?)?(?<offset>Z|[+-]\d{2}:\d{2})$/;

function compile(format: string): RegExp | string {
  const tokens = format.match(TOKEN) ?? [];
  const unknown = tokens.find((token) => /^[A-Za-z]/.test(token) && token !== 'T' && !(token in digits));
  if (unknown !== undefined) return `holds "${unknown}"; known are ${Object.keys(digits).join(' ')}`;
  for (const [name, needed] of Object.entries({ yyyy: /yy/, M: /M/, d: /d/, H: /[Hh]/, mm: /mm/ }))
    if (!needed.test(format)) return `lacks ${name}: a moment needs year, month, day, hour and minute`;
  const source = tokens.map((token) => digits[token] ?? token.replace(/[^\w\s]/g, '\\$&')).join('');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return 'names one part twice';
  }
}

/** The wall time as if it were UTC, in ms; null for the 30th of February. */
function wallTime(parts: Partial<Record<string, string>>): number | null {
  const part = (name: string) => Number(parts[name] ?? 0);
  const month = parts['monthName'] === undefined ? part('month') : monthOf(parts['monthName']);
  const year = parts['shortYear'] === undefined ? part('year') : 2000 + part('shortYear');
  const [day, hour, minute] = [part('day'), hourOf(parts), part('minute')];
  const made = new Date(0);
  made.setUTCFullYear(year, month - 1, day);
  made.setUTCHours(hour, minute, part('second'), part('milli'));
  const same = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  return same && hour < 24 && minute < 60 && part('second') < 60 ? made.getTime() : null;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** 0, which is none, for another word. */
const monthOf = (name: string): number => months.indexOf(name.toLowerCase()) + 1;

/** 12 AM is midnight. Out of range for what is no hour of a half day. */
function hourOf({ hour, hour12, half }: Partial<Record<string, string>>): number {
  if (hour12 === undefined) return Number(hour ?? 0);
  const counted = Number(hour12);
  if (counted < 1 || counted > 12) return 24;
  return (counted % 12) + (half?.toLowerCase() === 'pm' ? 12 : 0);
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const [hours, minutes] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000;
}

const DAY_MS = 86_400_000;

/** Wall time to UTC in a zone; null for a wall time that was skipped. */
function wallClock(zone: string): (local: number) => number | null {
  if (zone === 'UTC') return (local) => local;
  const format = new Intl.DateTimeFormat('en-US', {
    ...({ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' } as const),
    ...({ hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
  });
  /** How far the zone's wall clock is ahead of UTC at a moment, in ms. */
  const offsetAt = (at: number): number => {
    const shown = format.formatToParts(at).map(({ type, value }) => [type, value] as const);
    return (wallTime(Object.fromEntries(shown)) ?? at) - Math.floor(at / 1_000) * 1_000;
  };
  return (local) => {
    const candidates = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)].map((offset) => local - offset);
    const real = candidates.filter((at) => at + offsetAt(at) === local);
    return real.length === 0 ? null : Math.min(...real);
  };
}
