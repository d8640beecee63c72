import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import { formulaSafe } from '../../csv/formulaSafe.js';
import type { Watcher } from '../../csv/syncPages.js';

/** Where rows are written that did not go in. */
export interface RefusedRows extends Required<Watcher> {
  /** To be waited for before anything is done. @throws the file cannot be written. */
  opened(): Promise<void>;
  /** @throws the file could not be written. */
  close(): Promise<void>;
}

const lineOf = (cells: readonly string[]): string =>
  stringify([cells.map((cell) => formulaSafe(cell.replace(/[\0\p{Cs}]/gu, '\uFFFD')))], { record_delimiter: '\r\n' });

/**
 * All rows that were refused, as CSV: line, column and reason before what the row holds, so that what was put right in it can be
 * taken over as a table.
 */
export function refusedRows(file: string): RefusedRows {
  const out = createWriteStream(file);
  let broken: Error | null = null;
  out.on('error', (error) => (broken = error));
  const write = async (text: string): Promise<void> => {
    if (broken === null && !out.write(text)) await Promise.race([once(out, 'drain'), once(out, 'close')]);
  };
  const demandWritten = () => {
    if (broken !== null) throw new Error(`${file} could not be written: ${String(broken)}`);
  };
  return {
    async opened() {
      await once(out, 'open').catch(() => undefined);
      demandWritten();
    },
    header: (cells) => void write(lineOf(['line', 'column', 'reason', ...cells])),
    page: ({ report, cellsAt }) =>
      write(
        report.refusals
          .map(({ line, column, reason }) => lineOf([String(line), column ?? '', reason, ...cellsAt(line)]))
          .join(''),
      ),
    async close() {
      if (broken === null) {
        out.end();
        await once(out, 'close').catch(() => undefined);
      }
      demandWritten();
    },
  };
}
