/** Numbers with as many digits as mean something. */
export function short(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A table for the terminal: the first `left` columns are aligned left, the others right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[], left: number): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
  const [first = [], ...others] = all.map(line);
  console.log(first.join('  '));
  console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of others) console.log(row.join('  '));
}
