import type { Value } from './statement.js';

/** The moment that was told last: most rows of a transaction have the same. */
let [lastMs, lastText] = [Number.NaN, ''];

function momentText(moment: Date): string {
  const ms = moment.getTime();
  if (ms !== lastMs) [lastMs, lastText] = [ms, moment.toISOString()];
  return lastText;
}

/** A value as PostgreSQL is sent it: in its text format. */
export function encodeValue(value: Value): string | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Date) return momentText(value);
  return typeof value === 'object' ? `{${value.map(quoted).join(',')}}` : String(value);
}
const quoted = (item: string): string => `"${item.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
