import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Misfit } from '../../csv/misfit.js';
import type { ValidationSummary } from '../../../contract/finding.js';
import type { Output } from '../output.js';
import { printValidation } from '../printValidation.js';

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

/** What is told of each count, in this order. */
const logLabels: Readonly<Record<keyof ImportCounts, string>> = {
  rowsRead: 'rows read',
  changed: '  that changed something',
  unchanged: '  that changed nothing',
  alreadyDone: '  already imported',
  misfits: '  that did not fit',
  ticketsCreated: 'tickets created',
  assigned: 'assigned',
  reassigned: 'reassigned',
  statusChanges: 'status changes',
  peopleCreated: 'people created',
};
export const logReport = (path: string | null): ImportReport<ImportCounts> =>
  new ImportReport(noCounts(), logLabels, path);

const SHOWN = 20;

/** Counts, and every row that did not fit: the first of them in memory for the screen, all of them in a file. */
export class ImportReport<Counts extends { [Name in keyof Counts]: number } & { misfits: number }> {
  readonly first: Misfit[] = [];
  /** Values of rows that did fit, which were kept as text. */
  readonly firstNotes: Misfit[] = [];
  /** Left out: none was asked for. Null: it could not be made. */
  validation: ValidationSummary | null | undefined;
  private notes = 0;
  private readonly file: WriteStream | null;
  private broken: Error | null = null;

  constructor(
    readonly counts: Counts,
    private readonly labels: Readonly<Record<keyof Counts, string>>,
    private readonly path: string | null,
  ) {
    this.file = path === null ? null : createWriteStream(path);
    this.file?.on('error', (error) => (this.broken = error));
  }

  readonly misfit = (misfit: Misfit): void => {
    this.counts.misfits++;
    if (this.first.length < SHOWN) this.first.push(misfit);
    this.file?.write(`${JSON.stringify(misfit)}\n`);
  };

  readonly note = (note: Misfit): void => {
    this.notes++;
    if (this.firstNotes.length < SHOWN) this.firstNotes.push(note);
    this.file?.write(`${JSON.stringify({ ...note, imported: true })}\n`);
  };

  /** Takes over what a part of the import came to. */
  add(counts: Counts, misfits: readonly Misfit[]): void {
    for (const name of Object.keys(counts) as (keyof Counts)[])
      this.counts[name] = (this.counts[name] + counts[name]) as Counts[keyof Counts];
    misfits.forEach(this.misfit);
  }

  /** To be waited for before anything is done. @throws the file cannot be written. */
  async opened(): Promise<void> {
    if (this.file) await once(this.file, 'open').catch(() => undefined);
    this.demandWritten();
  }

  /** @throws when the file could not be written. */
  async close(): Promise<void> {
    if (!this.file) return;
    if (!this.broken) {
      this.file.end();
      await Promise.race([once(this.file, 'close'), once(this.file, 'error')]).catch(() => undefined);
    }
    this.demandWritten();
  }

  private demandWritten(): void {
    if (this.broken) throw new Error(`the report ${this.path} could not be written: ${this.broken.message}`);
  }

  print(output: Output, dryRun: boolean): void {
    const { counts, first, firstNotes, path } = this;
    output.result({
      dryRun,
      ...counts,
      firstMisfits: first,
      ...(this.notes > 0 && { firstNotes }),
      report: path,
      ...this.validated,
    });
    const rows = (Object.keys(this.labels) as (keyof Counts)[]).map(
      (name) => [this.labels[name], counts[name]] as const,
    );
    output.table(rows.map(([what, count]) => [what, String(count).padStart(9)]));
    if (counts.misfits > 0) this.printRows(output, first, counts.misfits);
    if (this.notes > 0) {
      output.line('\nImported, but kept as text:');
      this.printRows(output, firstNotes, this.notes);
    }
    printValidation(output, this.validation);
    if (dryRun) output.line('Dry run: nothing was written.');
  }

  private get validated() {
    return this.validation === undefined ? {} : { validation: this.validation };
  }

  private printRows(output: Output, listed: readonly Misfit[], count: number): void {
    const rows = listed.map(({ line, column, value, reason }) => [
      String(line),
      column ?? '',
      (value ?? '').slice(0, 30).replace(/\s+/g, ' '),
      reason,
    ]);
    output.line();
    output.table([['line', 'column', 'value', 'reason'], ...rows]);
    const more = count - listed.length;
    if (more > 0)
      output.line(
        this.path ? `and ${more} more, all in ${this.path}` : `and ${more} more: --report FILE lists them all`,
      );
  }
}
