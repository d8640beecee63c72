import type { CsvReport } from '../../../contract/csvSync.js';
import type { Watcher } from '../../csv/syncPages.js';
import type { Output, Progress } from '../output.js';
import { printValidation } from '../printValidation.js';

const SHOWN = 20;

/** Shows how far it is, and hands on what is watched. */
export function watched(output: Output, next: Watcher | null): { readonly watcher: Watcher; readonly end: () => void } {
  let progress: Progress | null = null;
  const end = () => {
    progress?.end();
    progress = null;
  };
  const watcher: Watcher = {
    header(cells, total) {
      progress = output.progress('Rows', total);
      next?.header?.(cells, total);
    },
    page(done) {
      progress?.to(done.rows);
      return next?.page?.(done);
    },
  };
  return { watcher, end };
}

interface About {
  readonly seconds: number;
  /** That all refused rows were written into. */
  readonly file: string | null;
}

export function printCsvReport(output: Output, report: CsvReport, { seconds, file }: About): void {
  output.result({ ...report, seconds, report: file });
  const { rows, created, updated, unchanged, refused, refusals, skillsCreated } = report;
  const counts = { rows, created, updated, unchanged, refused };
  output.table(Object.entries(counts).map(([what, count]) => [what, String(count).padStart(9)]));
  if (skillsCreated.length > 0) output.line(`Skills created: ${skillsCreated.join(', ')}`);
  printMisfits(output, refusals, refused, 'Refused', file);
  printMisfits(output, report.ignored, report.ignored.length, 'Ignored');
  printValidation(output, report.validation);
  if (report.dryRun) output.line('Dry run: nothing was written.');
}

function printMisfits(
  output: Output,
  listed: CsvReport['refusals'],
  count: number,
  title: string,
  file: string | null = null,
): void {
  if (count === 0) return;
  const shown = listed.slice(0, SHOWN).map(({ line, column, value, reason }) => {
    return [String(line), column ?? '', (value ?? '').slice(0, 30), reason];
  });
  output.line(`\n${title}:`);
  output.table([['line', 'column', 'value', 'reason'], ...shown]);
  if (count <= SHOWN) return;
  output.line(`and ${count - SHOWN} more${file === null ? ': --report FILE writes them all' : `, all in ${file}`}`);
}
