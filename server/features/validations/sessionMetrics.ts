import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import { dayOf, type SessionRow } from './validations.present.js';

/** Fidelity is summed up in whole billionths: the same sum in whatever order, and nothing is left when all is taken back. */
export const FIDELITY_UNITS = 1_000_000_000;

const sums = [
  ...(['sessions', 'scored', 'fidelity_sum', 'n_low', 'n_medium', 'n_high', 'n_critical'] as const),
  ...(['tests', 'tests_passed'] as const),
] as const;
const keys = ['project_id', 'day', 'source_key', 'target_key', 'source_technology', 'target_technology'] as const;

/** What a session adds to its day. A deleted one adds nothing. */
function countsOf(row: SessionRow | null): number[] {
  if (!row || row.deletedAt !== null) return sums.map(() => 0);
  const { fidelityScore, nLow, nMedium, nHigh, nCritical, tests, testsPassed } = row;
  const fidelity = Math.round((fidelityScore ?? 0) * FIDELITY_UNITS);
  return [1, fidelityScore === null ? 0 : 1, fidelity, nLow, nMedium, nHigh, nCritical, tests, testsPassed];
}

// Not an upsert: a row that takes something back breaks the table's rules before the conflict is seen.
const addRow = statement(
  'validations.metricsRow',
  `INSERT INTO validation_metrics (id, ${keys.join(', ')}, ${sums.join(', ')}, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, ${sums.map(() => '0').join(', ')}, $8, $8)
   ON CONFLICT (coalesce(project_id, ''), day, source_key, target_key) DO NOTHING`,
);
const addSums = statement(
  'validations.metricsAdd',
  `UPDATE validation_metrics SET ${sums.map((sum, nth) => `${sum} = ${sum} + $${nth + 5}`).join(', ')}, updated_at = $${sums.length + 5}
   WHERE coalesce(project_id, '') = $1 AND day = $2 AND source_key = $3 AND target_key = $4`,
);

/** Moves the kept metrics of the session's day by what the change makes of it. Under the session's lock, before numbers are taken. */
export function moveMetrics(unit: UnitOfWork, before: SessionRow | null, after: SessionRow): void {
  const was = countsOf(before);
  const change = countsOf(after).map((count, nth) => count - (was[nth] ?? 0));
  if (change.every((count) => count === 0)) return;
  const { projectId, sourceKey, targetKey, sourceTechnology, targetTechnology } = after;
  const day = dayOf(after.createdAt);
  if (before === null)
    unit.send(addRow, [newId(), projectId, day, sourceKey, targetKey, sourceTechnology, targetTechnology, unit.at]);
  unit.send(addSums, [projectId ?? '', day, sourceKey, targetKey, ...change, unit.at]);
}
