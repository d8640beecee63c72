const DANGEROUS = /^'*[=+\-@\t\r＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r＝＋－＠]/;

/** A cell that a spreadsheet would take for a formula gets an apostrophe; so does one that looks as if it had one. */
export const formulaSafe = (cell: string): string => (DANGEROUS.test(cell) ? `'${cell}` : cell);

/** What {@link formulaSafe} was given. */
export const withoutGuard = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);
