import type { ValidationSummary } from '../../../../contract/finding.js';
import type { WriteDeps } from '../../../db/unitOfWork.js';
import type { ComparisonReport } from './comparison.js';

/** What whoever moved the data is told. */
export const summaryOf = (report: ComparisonReport): ValidationSummary => ({
  sessionId: report.sessionId,
  compared: report.compared,
  matched: report.matched,
  fidelityScore: report.fidelityScore,
  differences: report.differences,
  tests: report.tests.run,
  testsPassed: report.tests.passed,
});

/** A validation that could not be made takes nothing back of what it was to look at: it is said, and null. */
export async function orNull(
  { log }: Pick<WriteDeps, 'log'>,
  validation: Promise<ComparisonReport>,
): Promise<ValidationSummary | null> {
  try {
    return summaryOf(await validation);
  } catch (error) {
    log.warn({ error: String(error) }, 'what was taken over could not be validated');
    return null;
  }
}
