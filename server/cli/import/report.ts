import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Output } from '../output.js';
import type { Misfit } from './logRows.js';

/** What an import did. Every row read is exactly one of `changed`, `unchanged`, `alreadyDone`, `misfits`. */
export interface ImportCounts {
  rowsRead: number;
  changed: number;
  unchanged: number;
  alreadyDone: number;
  misfits: number;
  ticketsCreated: number;
  assigned: number;
  reassigned: number;
  statusChanges: number;
  peopleCreated: number;
}

export const noCounts = (): ImportCounts => ({
  rowsRead: 0,
  changed: 0,
  unchanged: 0,
  alreadyDone: 0,
  misfits: 0,
  ticketsCreated: 0,
  assigned: 0,
  reassigned: 0,
  statusChanges: 0,
  peopleCreated: 0,
});

const SHOWN = 20;

/** Counts, and every row that did not fit: the first of them in memory for the screen, all of them in a file. */
export class ImportReport {
  readonly counts = noCounts();
  readonly first: Misfit[] = [];
  private readonly file: WriteStream | null;
  private broken: Error | null = null;

  constructor(private readonly path: string | null) {
    this.file = path === null ? null : createWriteStream(path);
    this.file?.on('error', (error) => (this.broken = error));
  }

  readonly misfit = (misfit: Misfit): void => {
    this.counts.misfits++;
    if (this.first.length < SHOWN) this.first.push(misfit);
    this.file?.write(`${JSON.stringify(misfit)}\n`);
  };

  /** Takes over what a part of the import came to. */
  add(counts: ImportCounts, misfits: readonly Misfit[]): void {
    for (const name of Object.keys(counts) as (keyof ImportCounts)[]) this.counts[name] += counts[name];
    misfits.forEach(this.misfit);
  }

  /** @throws when the file could not be written. */
  async close(): Promise<void> {
    if (!this.file) return;
    if (!this.broken) {
      this.file.end();
      await Promise.race([once(this.file, 'close'), once(this.file, 'error')]).catch(() => undefined);
    }
    if (this.broken) throw new Error(`the report ${this.path} could not be written: ${this.broken.message}`);
  }

  print(output: Output, dryRun: boolean): void {
    const { counts } = this;
    output.result({ dryRun, ...counts, firstMisfits: this.first, report: this.path });
    const rows: readonly (readonly [string, number])[] = [
      ['rows read', counts.rowsRead],
      ['  that changed something', counts.changed],
      ['  that changed nothing', counts.unchanged],
      ['  already imported', counts.alreadyDone],
      ['  that did not fit', counts.misfits],
      ['tickets created', counts.ticketsCreated],
      ['assigned', counts.assigned],
      ['reassigned', counts.reassigned],
      ['status changes', counts.statusChanges],
      ['people created', counts.peopleCreated],
    ];
    output.table(rows.map(([what, count]) => [what, String(count).padStart(9)]));
    if (counts.misfits > 0) this.printMisfits(output);
    if (dryRun) output.line('Dry run: nothing was written.');
  }

  private printMisfits(output: Output): void {
    const rows = this.first.map(({ line, column, value, reason }) => [
      String(line),
      column ?? '',
      (value ?? '').slice(0, 30),
      reason,
    ]);
    output.line();
    output.table([['line', 'column', 'value', 'reason'], ...rows]);
    const more = this.counts.misfits - this.first.length;
    if (more > 0)
      output.line(
        this.path ? `and ${more} more, all in ${this.path}` : `and ${more} more: --report FILE lists them all`,
      );
  }
}
