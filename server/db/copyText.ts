const SPECIAL = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value as it stands in PostgreSQL's text format of rows. */
function cellText(value: string | null): string {
  if (value === null) return String.raw`\N`;
  return SPECIAL.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : value;
}

/** Rows of so many values each, as COPY takes them. @see https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2 */
export function copyText(values: readonly (string | null)[], width: number): string {
  let text = '';
  let column = 0;
  for (const value of values) {
    column = column === width ? 1 : column + 1;
    text += cellText(value) + (column === width ? '\n' : '\t');
  }
  return text;
}
