import { Day } from '../../contract/text.js';
import { timeReader, type TimeReader } from './localTime.js';

/** How one export spells its moments: the first form that fits is meant. */
export interface Moments {
  /** Undefined: it is none. */
  at(text: string): Date | undefined;
  /** The calendar day that is written there, whatever the hour. */
  day(text: string): string | undefined;
}

const SCRIPT_DATE = /^[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{2})(\d{2})(?: \(.*\))?$/;

/** A day without an hour is its first moment, in the form of the others. */
const MIDNIGHTS = ['', ' 00:00:00', ' 12:00 AM'];

/** `formats` as a mapping has them. Without an offset in the text the wall clock of `zone` is meant. */
export function momentsOf(formats: readonly string[], zone: string): Moments {
  const all = [...formats, 'yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd HH:mm', 'iso'];
  const script = timeReader('MMM dd yyyy HH:mm:ss XXX', zone);
  const readIn = (readers: readonly TimeReader[]) => (text: string) => {
    const plain = text.replace(SCRIPT_DATE, '$1 $2:$3');
    const forms = plain === text ? MIDNIGHTS.map((midnight) => plain + midnight) : [plain];
    const reads = forms.flatMap((form) => (plain === text ? readers : [script]).map((reader) => reader.read(form)));
    return reads.find((read) => read instanceof Date);
  };
  const inZone = readIn(all.map((format) => timeReader(format, zone)));
  const onTheWall = readIn(all.map((format) => timeReader(format, 'UTC')));
  return { at: inZone, day: (text) => (isDay(text) ? text : onTheWall(text)?.toISOString().slice(0, 10)) };
}

const isDay = (text: string): boolean => Day.safeParse(text).success;

/** A whole number from 0 up. */
export const wholeNumber = (text: string): number | undefined =>
  /^\d{1,9}(\.0+)?$/.test(text) ? Number(text) : undefined;

/** Seconds as hours; none are none. */
export const hoursOfSeconds = (text: string): number | null | undefined => {
  if (!/^\d{1,12}(\.\d+)?$/.test(text)) return undefined;
  const hours = Number(text) / 3_600;
  return hours === 0 ? null : hours <= 100_000 ? hours : undefined;
};

export const plainly = (value: number | string | null): string | null => (value === null ? null : String(value));

/** `a, b ,c` as three. */
export const listed = (text: string | null, separator = ','): string[] =>
  (text ?? '')
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Several words that mean the same. */
export const meaning = <Value extends string>(value: Value, ...words: readonly string[]): Record<string, Value> =>
  Object.fromEntries(words.map((word) => [word, value]));

/** Tables of words without regard to case. */
export function wordTable<Value>(words: Readonly<Record<string, Value>>): (word: string) => Value | undefined {
  const table = new Map(Object.entries(words).map(([word, value]) => [word.toLowerCase(), value]));
  return (word) => table.get(word.trim().toLowerCase());
}
