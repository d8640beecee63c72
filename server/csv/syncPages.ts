import type { CsvReport } from '../../contract/csvSync.js';
import type { Batches } from './batches.js';
import type { CsvRecord } from './csvRecords.js';
import { joinedReports } from './csvReport.js';
import { tableRows } from './csvTable.js';
import { csvPages, type CsvPage } from './pages.js';
import { recordsOfFile, surveyTable, type TableFile, type TableKind } from './tableFile.js';

/** Rows that share a transaction: enough to spare the disk, few enough that nobody waits long for the project. */
const PAGE_ROWS = 512;
/** Of long texts a page holds fewer rows: each is in memory many times over until it is written, and 99 MiB of them made a server 380 MB larger instead of 120. */
const PAGE_CHARACTERS = 250_000;

/** A page that was taken over. */
export interface PageDone {
  /** Of this page, with all of its refusals. */
  readonly report: CsvReport;
  /** Rows of the file until now, and in all. */
  readonly rows: number;
  readonly total: number;
  /** A record of this page as it stands in the file. */
  readonly cellsAt: (line: number) => readonly string[];
}
export interface Watcher {
  /** Of the file, once it was read to its end. */
  readonly header?: (cells: readonly string[], total: number) => void;
  readonly page?: (done: PageDone) => Promise<void> | void;
}

/**
 * Takes over a file of any length page by page, each in a transaction of its own; the next one is read meanwhile, and begun when it
 * names nothing that the one before names. A file that was cut short is taken over again: what is there already is unchanged.
 * @throws BAD_INPUT it cannot be read to its end, and PAYLOAD_TOO_LARGE: then nothing is written; and what `write` throws.
 */
export async function inPages<Line extends { readonly line: number }, Column extends string>(
  table: TableFile,
  { shape, lines, nameOf, weigh }: TableKind<Line, Column>,
  write: (page: CsvPage<Line>) => Promise<CsvReport>,
  { header, page: pageDone }: Watcher = {},
): Promise<CsvReport> {
  const total = await surveyTable(table, shape);
  const recent = new RecentRecords(recordsOfFile(table), (cells) => header?.(cells, total));
  const size = { rows: PAGE_ROWS, characters: PAGE_CHARACTERS, weigh };
  const pages = readAhead(csvPages(lines(tableRows(recent.records(), shape)), size));
  let whole: CsvReport | undefined;
  for await (const { page, report } of writtenPages(pages, write, nameOf)) {
    whole = whole ? joinedReports(whole, report) : report;
    await pageDone?.({ report, rows: whole.rows, total, cellsAt: recent.cellsAt });
    recent.forget(page);
  }
  if (!whole) throw new Error('there is always a page');
  return whole;
}

interface Written<Line> {
  readonly page: CsvPage<Line>;
  readonly report: CsvReport;
}

/** Each is read as soon as the one before it is taken. */
async function* readAhead<Page>(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
  let next = pages.next();
  try {
    for (let read = await next; !read.done; read = await next) {
      next = pages.next();
      // Whoever asks for it is told.
      next.catch(() => undefined);
      yield read.value;
    }
  } finally {
    await next.catch(() => undefined);
    await pages.return(undefined);
  }
}

/** One page after the other as they are written, with at most the next one under way, and the one behind it read. */
async function* writtenPages<Line>(
  pages: AsyncIterable<CsvPage<Line>>,
  write: (page: CsvPage<Line>) => Promise<CsvReport>,
  nameOf: (line: Line) => string | null = () => null,
): AsyncGenerator<Written<Line>> {
  type Begun = {
    readonly page: CsvPage<Line>;
    readonly names: ReadonlySet<string | null>;
    readonly report: Promise<CsvReport>;
  };
  /** A line of which nobody knows may be of any of them. */
  const mayMeet = (one: Begun['names'], other: Begun['names']): boolean =>
    other.has(null) || [null, ...other].some((name) => one.has(name));
  const ended = async ({ page, report }: Begun): Promise<Written<Line>> => ({ page, report: await report });
  let [before, last]: [Begun | null, Begun | null] = [null, null];
  try {
    for await (const page of pages) {
      before = last;
      last = null;
      const names = new Set(page.lines.map(nameOf));
      if (before && mayMeet(before.names, names)) {
        yield await ended(before);
        before = null;
      }
      const report = write(page);
      // Whoever waits for it is told; until then it must not end the process.
      report.catch(() => undefined);
      last = { page, names, report };
      if (before) yield await ended(before);
    }
    if (last) yield await ended(last);
  } finally {
    await Promise.allSettled([before?.report, last?.report]);
  }
}

/** The records that pages were made of which are not forgotten yet. */
class RecentRecords {
  private readonly known = new Map<number, readonly string[]>();

  constructor(
    private readonly source: Batches<CsvRecord>,
    private readonly first: (cells: readonly string[]) => void,
  ) {}

  async *records(): Batches<CsvRecord> {
    let isFirst = true;
    for await (const batch of this.source) {
      for (const { line, cells } of batch) {
        if (isFirst) this.first(cells);
        else this.known.set(line, cells);
        isFirst = false;
      }
      yield batch;
    }
  }

  readonly cellsAt = (line: number): readonly string[] => this.known.get(line) ?? [];

  /** Those of a page, and what stands between its rows. */
  forget({ lines, misfits }: CsvPage<{ readonly line: number }>): void {
    const last = Math.max(lines.at(-1)?.line ?? 0, misfits.at(-1)?.line ?? 0);
    for (const line of this.known.keys()) {
      if (line > last) return;
      this.known.delete(line);
    }
  }
}
