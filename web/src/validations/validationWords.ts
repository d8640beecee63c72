import type {
  BySeverity,
  Discrepancy,
  DiscrepancyStatus,
  Severity,
  ValidationResult,
  ValidationStatus,
} from '../sdk.js';

export const statusNames: Readonly<Record<ValidationStatus, string>> = {
  PENDING: 'Not begun',
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};
/** The worst first. */
export const severityNames: Readonly<Record<Severity, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
};
export const discrepancyStatusNames: Readonly<Record<DiscrepancyStatus, string>> = {
  OPEN: 'Open',
  TICKETED: 'Has a ticket',
  RESOLVED: 'Resolved',
  WAIVED: 'Waived',
};
export const typeNames: Readonly<Record<Discrepancy['type'], string>> = {
  MISSING: 'Missing',
  UNEXPECTED: 'Not expected',
  VALUE: 'Value',
  TYPE: 'Type',
  STRUCTURE: 'Structure',
  COUNT: 'Count',
  BEHAVIOR: 'Behaviour',
  OTHER: 'Other',
};
export const kindNames: Readonly<Record<ValidationResult['kind'], string>> = {
  STRUCTURE: 'Structure',
  COUNT: 'Counts',
  DATA: 'Data',
  BEHAVIOR: 'Behaviour',
  OTHER: 'Other',
};
export const resultNames: Readonly<Record<ValidationResult['status'], string>> = {
  PASSED: 'Passed',
  FAILED: 'Failed',
  SKIPPED: 'Skipped',
};
/** Of a behavioural test. */
export const testNames = { FAILED: resultNames.FAILED, PASSED: resultNames.PASSED } as const;
export type TestOutcome = keyof typeof testNames;

export const wordsOf = <Word extends string>(names: Readonly<Record<Word, string>>): Word[] =>
  Object.keys(names) as Word[];

/** "99.87 %", never 100 while something did not match; "–" while nothing was compared. */
export function fidelityText(score: number | null): string {
  if (score === null) return '–';
  const percent = Math.floor(score * 10_000) / 100;
  return `${percent} %`;
}

/** "2 critical, 1 low", "none". */
export const severitiesText = (counts: BySeverity): string =>
  wordsOf(severityNames)
    .flatMap((severity) =>
      counts[severity] === 0 ? [] : `${counts[severity]} ${severityNames[severity].toLowerCase()}`,
    )
    .join(', ') || 'none';

const SHOWN = 120;
/** A compared value in one line. */
export function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Both paths, or the one that they share. */
export const placeText = ({ sourcePath, targetPath }: Pick<Discrepancy, 'sourcePath' | 'targetPath'>): string =>
  [...new Set([sourcePath, targetPath].filter(Boolean))].join(' → ') || '–';
