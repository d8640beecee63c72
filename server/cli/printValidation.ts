import type { ValidationSummary } from '../../contract/finding.js';
import type { Output } from './output.js';

/** Never so rounded that what differs looks whole. */
const percent = (score: number): string => `${(Math.floor(score * 10_000) / 100).toFixed(2)} %`;

/** What became of a validation; left out, none was asked for. */
export function printValidation(output: Output, validation: ValidationSummary | null | undefined): void {
  if (validation === undefined) return;
  if (validation === null) return output.line('\nThe validation could not be made: the log says why.');
  const { sessionId, compared, matched, fidelityScore, differences, tests, testsPassed } = validation;
  const score = fidelityScore === null ? 'nothing to compare' : percent(fidelityScore);
  output.line(`\nValidated: ${score}, ${matched} of ${compared} fields, ${testsPassed} of ${tests} questions alike.`);
  if (differences > 0) output.line(`${differences} differences are in validation ${sessionId}.`);
}
