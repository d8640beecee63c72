import { encodeValue } from './encodeValue.js';
import type { Value } from './statement.js';

const SPECIAL = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const [TAB, NEWLINE] = [9, 10];
/** What a character of a string takes at most, in UTF-8. */
const WIDEST = 3;

/** A value as it stands in PostgreSQL's text format of rows. */
function cellText(value: Value): string {
  const text = encodeValue(value);
  if (text === null) return String.raw`\N`;
  // Numbers, moments and truth values hold none.
  const mayHold = typeof value === 'string' || Array.isArray(value);
  return mayHold && SPECIAL.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : text;
}

/** Where rows are put together: a string that grows by a cell at a time would be three times the work. What needs more room gets its own. */
const desk = Buffer.allocUnsafe(1 << 20);

/**
 * Rows of so many values each, as COPY takes them; the first `alike` values are those that all of them begin with.
 * @see https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2
 */
export function copyRows(values: readonly Value[], { width, alike }: { width: number; alike: number }): Buffer {
  let sheet = desk;
  let at = 0;
  const write = (text: string): void => {
    const room = at + text.length * WIDEST + 1;
    if (room > sheet.length) {
      const larger = Buffer.allocUnsafe(2 * room);
      sheet.copy(larger, 0, 0, at);
      sheet = larger;
    }
    at += sheet.write(text, at);
  };
  const own = width - alike;
  const beginning = values
    .slice(0, alike)
    .map((value) => `${cellText(value)}\t`)
    .join('');
  let column = 0;
  for (let nth = alike; nth < values.length; nth++) {
    if (column === 0 && alike > 0) write(beginning);
    write(cellText(values[nth] ?? null));
    column = column + 1 === own ? 0 : column + 1;
    sheet[at++] = column === 0 ? NEWLINE : TAB;
  }
  const rows = sheet.subarray(0, at);
  return sheet === desk ? Buffer.from(rows) : rows;
}
