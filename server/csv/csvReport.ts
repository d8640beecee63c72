import type { CsvReport } from '../../contract/csvSync.js';
import { limits } from '../../contract/limits.js';
import type { Misfit } from './misfit.js';

export type CsvOutcome = 'created' | 'updated' | 'unchanged';

/** What became of each row that was taken, and why the others were not. */
export function csvReport(
  dryRun: boolean,
  outcomes: readonly CsvOutcome[],
  misfits: readonly Misfit[],
  skillsCreated: readonly string[],
  ignored: readonly Misfit[] = [],
): CsvReport {
  const counted = (wanted: CsvOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    dryRun,
    rows: outcomes.length + misfits.length,
    created: counted('created'),
    updated: counted('updated'),
    unchanged: counted('unchanged'),
    refused: misfits.length,
    refusals: misfits.toSorted((a, b) => a.line - b.line).slice(0, limits.syncRefusalsMax),
    skillsCreated: [...skillsCreated],
    ignored: ignored.slice(0, limits.syncRefusalsMax),
  };
}

/** Of a file, from those of its pages. A rehearsed page makes a skill that the page before made too. */
export const joinedReports = (a: CsvReport, b: CsvReport): CsvReport => ({
  dryRun: a.dryRun,
  rows: a.rows + b.rows,
  created: a.created + b.created,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  refused: a.refused + b.refused,
  refusals: [...a.refusals, ...b.refusals].slice(0, limits.syncRefusalsMax),
  skillsCreated: [...new Set([...a.skillsCreated, ...b.skillsCreated])],
  ignored: [...a.ignored, ...b.ignored].slice(0, limits.syncRefusalsMax),
});
