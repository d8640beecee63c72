import { stringify } from 'csv-stringify/sync';
import { formulaSafe } from './formulaSafe.js';

/** RFC 4180, safe to be opened by a spreadsheet. */
export const tableText = (lines: readonly (readonly string[])[]): string =>
  stringify(
    lines.map((cells) => cells.map(formulaSafe)),
    // By itself it quotes only what holds the delimiter of records as a whole.
    { record_delimiter: '\r\n', quoted_match: /[\r\n]/ },
  );
